-- The same, greedily.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  return ("a"):rep(400):match("a*a*a*a*b") or 0
end
