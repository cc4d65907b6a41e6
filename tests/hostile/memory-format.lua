-- A text put into itself.
-- says: attack.lua:6: in the function of "attack": the script needs more than
-- limits: memory=32M steps=100000000
return function(l)
  local s = ("x"):rep(1e6)
  while true do s = ("%s%s"):format(s, s) end
end
