-- A move across all numbers.
-- says: table.move moves at most
return function(l)
  table.move({}, 1, math.maxinteger - 1, 2)
end
