-- The metatable of texts.
-- says: attack.lua:4
return function(l)
  getmetatable("").__index = {}
end
