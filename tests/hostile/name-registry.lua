-- All that is loaded, by the names Lua gives it.
-- says: there is no "_LOADED" here
return function(l)
  return _LOADED
end
