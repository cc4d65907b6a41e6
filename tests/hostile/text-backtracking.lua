-- A pattern that looks at the fourth power of the text.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  return ("a"):rep(400):find(".-.-.-.-b") or 0
end
