-- A count hidden in a metatable.
-- says: attack.lua:5: the function changes "n"
local n = 0
local t = setmetatable({}, { __index = function()
  n = n + 1
  return n
end })
return function(l) return t.x end
