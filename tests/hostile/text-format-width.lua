-- A width beyond what a number needs.
-- says: attack.lua:4: in the function of "attack": invalid conversion
return function(l)
  return #("%99999999d"):format(1)
end
