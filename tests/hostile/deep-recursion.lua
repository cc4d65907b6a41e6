-- A function that calls itself.
-- says: attack.lua:5
-- says: stack overflow
-- limits: memory=256M steps=100000000
local function f() return 1 + f() end
return function(l) return f() end
