-- A replacement that looks to the end from everywhere.
-- says: attack.lua:4: in the function of "attack": the script spent its budget of steps
return function(l)
  return #("a"):rep(50000):gsub(".-b", "")
end
