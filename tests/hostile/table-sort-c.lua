-- A comparator that is no line of Lua.
-- says: attack.lua:6: in the function of "attack": the script spent its budget of steps
return function(l)
  local t = {}
  for i = 1, 1000 do t[i] = i end
  while true do table.sort(t, rawequal) end
end
