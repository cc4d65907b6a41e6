-- More captures than there may be.
-- says: too many captures
return function(l)
  return ("a"):find(("("):rep(100)) or 0
end
