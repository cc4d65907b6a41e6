-- A name that is not there: load.
-- says: attack.lua:4: in the function of "attack": "load" does not exist in rules
return function(l)
  return load("return 1")
end
