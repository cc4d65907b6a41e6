-- A regular expression that repeats repetitions.
-- says: attack.lua:4
local q = require "assay.qualification"
return { points = 1, when = q.lead.title:matches [[((((a{1000}){1000}){1000}){1000}){1000}]] }
