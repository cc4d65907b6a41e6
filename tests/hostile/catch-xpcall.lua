-- xpcall with a handler that never ends.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
return function(l)
  while true do
    xpcall(function() while true do end end, function() while true do end end)
  end
end
