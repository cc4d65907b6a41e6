-- Values that have no order.
-- says: attempt to compare
return function(l)
  table.sort({ 1, "a", {} })
end
