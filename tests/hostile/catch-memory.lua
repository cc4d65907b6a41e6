-- pcall around what needs more memory than there is.
-- says: attack.lua:6: in the function of "attack": the script needs more than
-- limits: steps=1000000000
return function(l)
  while true do
    pcall(function() return ("x"):rep(1e9) end)
  end
end
