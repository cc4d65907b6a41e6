-- More expressions than a pack may have.
-- says: attack.lua
-- limits: memory=256M steps=1000000000
local q = require "assay.qualification"
for i = 1, 1e9 do local c = q.lead.title:is("a" .. i) end
