-- A pattern that is data.
-- says: is longer than 16384
return function(l)
  return ("a"):find(("a?"):rep(1e6)) or 0
end
