-- A name that is not there: package.
-- says: attack.lua:4: in the function of "attack": "package" does not exist in rules
return function(l)
  return package.loadlib
end
