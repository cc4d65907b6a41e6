-- A text of ten gigabytes.
-- says: attack.lua:5: in the function of "attack": the script needs more than
-- limits: steps=1000000000
return function(l)
  return #("x"):rep(1e10)
end
