-- Each call stays below its limit, all of them together do not.
-- says: the functions of the pack spent the time of the whole run
-- limits: call=30s run=200ms
return function(l)
  while true do end
end
