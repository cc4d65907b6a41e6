-- A function of the string library replaced.
-- says: string is read-only: "format" cannot be set
return function(l)
  string.format = nil
end
