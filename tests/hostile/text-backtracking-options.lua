-- Two hundred question marks.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  return ("a"):rep(60):find(("a?"):rep(60) .. ("a"):rep(61)) or 0
end
