-- Ten million code points at once.
-- says: string slice too long
-- limits: steps=100000000
return function(l)
  return select("#", utf8.codepoint(("x"):rep(1e7), 1, -1))
end
