-- A variable that every function would see.
-- says: "count" would be a global variable
return function(l)
  count = 1
end
