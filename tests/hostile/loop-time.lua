-- A loop against the clock alone.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of time
-- limits: call=200ms
return function(l)
  while true do end
end
