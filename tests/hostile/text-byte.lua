-- Ten million results at once.
-- says: string slice too long
return function(l)
  return select("#", ("x"):rep(1e7):byte(1, -1))
end
