-- Brackets that are never closed.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  for w in ("("):rep(50000):gmatch("%b()") do end
end
