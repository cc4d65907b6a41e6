-- A note without an end.
-- says: is longer than
return function(l) return 1, ("x"):rep(1e6) end
