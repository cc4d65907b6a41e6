-- A condition nested deeper than a tree may be.
-- says: nested
-- limits: memory=512M steps=100000000
local q = require "assay.qualification"
local c = q.lead.title:known()
for i = 1, 100000 do c = c & q.lead.title:is("a" .. i) | c end
return { points = 1, when = c }
