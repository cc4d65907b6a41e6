-- A regular expression that backtracks for ever.
-- says: attack.lua:5
-- says: a pattern takes more than
local q = require "assay.qualification"
return { points = 1, when = q.lead.title:matches [[^(a|aa|a+)+$]] }
