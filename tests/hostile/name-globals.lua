-- The table of globals.
-- says: there is no "_G" here
return function(l)
  _G.x = 1
end
