-- Tables in a table.
-- says: attack.lua:6: in the function of "attack": the script needs more than
-- limits: memory=16M steps=100000000
return function(l)
  local t = {}
  for i = 1, 1e9 do t[i] = { i } end
end
