-- A name that is not there: next.
-- says: attack.lua:4: in the function of "attack": "next" does not exist in rules
return function(l)
  return next({})
end
