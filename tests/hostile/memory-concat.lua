-- A text that doubles.
-- says: attack.lua:5: in the function of "attack": the script needs more than
return function(l)
  local s = "x"
  while true do s = s .. s end
end
