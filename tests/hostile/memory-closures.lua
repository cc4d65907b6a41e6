-- Functions that hold each other.
-- says: attack.lua:6: in the function of "attack": the script needs more than
-- limits: memory=16M steps=100000000
return function(l)
  local f = function() end
  while true do local g = f f = function() return g end end
end
