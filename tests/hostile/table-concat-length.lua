-- A length that lies to concat.
-- says: no table with a __len of its own
return function(l)
  local t = setmetatable({}, { __len = function() return 1e15 end, __index = function() return "" end })
  table.concat(t)
end
