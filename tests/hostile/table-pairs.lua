-- Sorting a large table, again and again.
-- says: attack.lua:6: in the function of "attack": the script spent its budget of steps
return function(l)
  local t = {}
  for i = 1, 1e5 do t[i] = i end
  while true do pairs(t) end
end
