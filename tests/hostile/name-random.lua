-- Chance.
-- says: "math.random" does not exist in rules
return function(l)
  return math.random(10)
end
