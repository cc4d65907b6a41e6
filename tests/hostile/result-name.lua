-- A rule with a name of a kilobyte.
-- says: attack.lua
local q = require "assay.qualification"
q.model "m":score "s":rule(("x"):rep(1000)) { points = 1 }
