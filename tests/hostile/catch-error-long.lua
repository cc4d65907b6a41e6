-- An error of a megabyte.
-- says: in the function of "attack": xxxx
return function(l)
  error(("x"):rep(1e6))
end
