-- What another pack calls its own.
-- says: there is no "m" here
return function(l)
  return m.fit
end
