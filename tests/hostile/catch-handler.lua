-- A handler that fails again and again.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  while true do xpcall(error, function(e) error(e) end) end
end
