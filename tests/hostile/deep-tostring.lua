-- __tostring that calls tostring.
-- says: C stack overflow
return function(l)
  return tostring(setmetatable({}, { __tostring = function(t) return tostring(t) end }))
end
