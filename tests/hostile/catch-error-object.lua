-- An error whose text never ends.
-- says: an error was raised with a table
return function(l)
  error(setmetatable({}, { __tostring = function() while true do end end }))
end
