-- A hundred million results.
-- says: too many results to unpack
return function(l)
  return select("#", table.unpack({}, 1, 1e8))
end
