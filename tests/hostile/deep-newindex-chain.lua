-- A table that is its own __newindex.
-- says: '__newindex' chain too long
return function(l)
  local t = {} setmetatable(t, { __newindex = t })
  t.x = 1
end
