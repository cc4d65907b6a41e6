-- Growing while the pack loads.
-- says: attack.lua:5: the script needs more than
-- limits: memory=16M steps=100000000
local t = {}
for i = 1, 1e9 do t[i] = { i } end
