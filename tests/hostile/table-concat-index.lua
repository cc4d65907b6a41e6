-- Items that are made as they are asked for, in C.
-- says: invalid value (at index 1) in table for 'concat'
return function(l)
  table.concat(setmetatable({}, { __index = table.concat }), "", 1, math.maxinteger)
end
