-- __pairs that never ends.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  for k in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end
end
