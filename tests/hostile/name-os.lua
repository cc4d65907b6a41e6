-- A name that is not there: os.
-- says: attack.lua:4: in the function of "attack": "os" does not exist in rules
return function(l)
  return os.time()
end
