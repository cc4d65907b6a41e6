-- The environment, behind its metatable's back.
-- says: attack.lua:4
return function(l)
  table.insert(_ENV, 1)
end
