-- A name that is not there: dofile.
-- says: attack.lua:4: in the function of "attack": "dofile" does not exist in rules
return function(l)
  return dofile("/etc/passwd")
end
