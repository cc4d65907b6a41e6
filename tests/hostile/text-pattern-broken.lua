-- A pattern that ends too soon.
-- says: attack.lua:4: in the function of "attack": malformed pattern
return function(l)
  return ("a"):find("[a") or 0
end
