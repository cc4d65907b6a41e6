-- A joined text that is too large.
-- says: attack.lua:8: in the function of "attack": the script needs more than
-- limits: memory=32M steps=100000000
return function(l)
  local t = {}
  for i = 1, 1000 do t[i] = ("x"):rep(1e4) end
  for i = 1, 20 do
    t = { table.concat(t), table.concat(t) }
  end
end
