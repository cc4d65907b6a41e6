-- __index that indexes.
-- says: C stack overflow
return function(l)
  local t t = setmetatable({}, { __index = function(_, k) return t[k .. 1] end })
  return t.x
end
