-- More rules than a score may have.
-- says: attack.lua
-- limits: memory=256M steps=1000000000
local q = require "assay.qualification"
local score = q.model "many":score "fit"
for i = 1, 1e6 do score:rule("r" .. i) { points = 1, when = q.lead.title:known() } end
