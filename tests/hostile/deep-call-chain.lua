-- A table that is its own __call.
-- says: stack overflow
-- limits: memory=256M steps=100000000
return function(l)
  local t = {} setmetatable(t, { __call = t })
  return t()
end
