-- A replacement longer than what it replaces.
-- says: attack.lua:6: in the function of "attack": the script needs more than
-- limits: memory=32M steps=100000000
return function(l)
  local s = ("x"):rep(1e4)
  return (s:gsub("x", s))
end
