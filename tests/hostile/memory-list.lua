-- A list too long for a rule.
-- says: attack.lua
-- limits: steps=100000000
local q = require "assay.qualification"
local t = {}
for i = 1, 20000 do t[i] = "x" .. i end
return { points = 1, when = q.lead.title:one_of(t) }
