-- __lt, __eq and __concat that never come back.
-- says: C stack overflow
return function(l)
  local m = {}
  m.__lt = function(a, b) return a < b end
  m.__eq = function(a, b) return a == b end
  m.__concat = function(a, b) return a .. b end
  local a, b = setmetatable({}, m), setmetatable({}, m)
  pcall(function() return a == b end)
  pcall(function() return a .. b end)
  return a < b and 1 or 0
end
