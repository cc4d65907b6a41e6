-- Counting the code points of megabytes, again and again.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
return function(l)
  local s = ("x"):rep(1e6)
  while true do utf8.len(s) end
end
