-- A queue that grows at its front.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
return function(l)
  local t = {}
  while true do table.insert(t, 1, 0) end
end
