-- A regular expression of brackets.
-- says: attack.lua:4
local q = require "assay.qualification"
return { points = 1, when = q.lead.title:matches(("("):rep(1000) .. "a" .. (")"):rep(1000)) }
