-- A count of leads in a variable of the file.
-- says: attack.lua:5: the function changes "n", which outlives its call
local n = 0
return function(l)
  n = n + 1
  return n
end
