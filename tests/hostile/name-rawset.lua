-- A name that is not there: rawset.
-- says: attack.lua:4: in the function of "attack": "rawset" does not exist in rules
return function(l)
  return rawset({}, 1, 1)
end
