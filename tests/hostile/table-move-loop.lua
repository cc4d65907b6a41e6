-- A million items to and fro.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
return function(l)
  local t = {}
  while true do table.move(t, 1, 900000, 2) end
end
