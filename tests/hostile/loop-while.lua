-- A loop without an end.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  while true do end
end
