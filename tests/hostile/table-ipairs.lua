-- An array without an end.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  for i in ipairs(setmetatable({}, { __index = function() return 1 end })) do end
end
