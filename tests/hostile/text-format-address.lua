-- An address in a text.
-- says: format refuses %p
return function(l)
  return #("%p"):format({})
end
