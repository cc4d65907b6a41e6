-- A tower of pcalls, each with a loop of its own.
-- says: attack.lua:5: in the function of "attack": the script spent its budget of steps
local function f()
  pcall(f)
  while true do end
end
return function(l) f() end
