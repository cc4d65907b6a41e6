-- A back reference to half of the text.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  return ("a"):rep(20000):find("(.*)b%1") or 0
end
