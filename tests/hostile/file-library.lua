-- A module that pretends to be the library's.
-- says: attack.lua
local x = require "assay.../attack"
