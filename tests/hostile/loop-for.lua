-- A loop up to infinity.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  for i = 1, math.huge do local x = i * i end
end
