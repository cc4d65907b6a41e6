-- A name that is not there: io.
-- says: attack.lua:4: in the function of "attack": "io" does not exist in rules
return function(l)
  return io.open("/etc/passwd")
end
