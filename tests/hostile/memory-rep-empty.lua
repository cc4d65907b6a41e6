-- Nothing, as often as there are numbers.
return function(l)
  return #(""):rep(math.maxinteger)
end
