-- Keys that have no order.
-- says: pairs cannot order keys
return function(l)
  for k in pairs { [{}] = 1, [function() end] = 2 } do end
end
