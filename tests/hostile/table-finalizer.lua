-- A finalizer that never ends.
-- says: setmetatable refuses __gc
return function(l)
  setmetatable({}, { __gc = function() while true do end end })
end
