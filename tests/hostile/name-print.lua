-- A name that is not there: print.
-- says: attack.lua:4: in the function of "attack": "print" does not exist in rules
return function(l)
  return print(1)
end
