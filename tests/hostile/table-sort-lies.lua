-- A comparator that always says yes, again and again.
-- says: attack.lua:6: in the function of "attack": the script spent its budget of steps
return function(l)
  local t = {}
  for i = 1, 1000 do t[i] = i end
  while true do table.sort(t, function() return true end) end
end
