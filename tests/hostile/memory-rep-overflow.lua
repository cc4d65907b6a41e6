-- A text longer than there are numbers.
-- says: resulting string too large
return function(l)
  return #("xyz"):rep(math.maxinteger)
end
