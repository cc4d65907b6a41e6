-- A comparator that never answers.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
return function(l)
  table.sort({ 3, 2, 1 }, function(a, b)
    while true do end
  end)
end
