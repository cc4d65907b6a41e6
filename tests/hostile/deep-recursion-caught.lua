-- A function that calls itself under pcall, again and again.
-- says: in the function of "attack": the script spent its budget of steps
-- limits: memory=256M steps=500000
local function f() return 1 + f() end
return function(l)
  while true do pcall(f) end
end
