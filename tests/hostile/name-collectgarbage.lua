-- A name that is not there: collectgarbage.
-- says: attack.lua:4: in the function of "attack": "collectgarbage" does not exist in rules
return function(l)
  return collectgarbage("stop")
end
