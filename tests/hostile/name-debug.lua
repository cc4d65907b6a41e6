-- A name that is not there: debug.
-- says: attack.lua:4: in the function of "attack": "debug" does not exist in rules
return function(l)
  return debug.getregistry()
end
