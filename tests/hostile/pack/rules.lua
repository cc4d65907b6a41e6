-- Gives points for what attack.lua returns: a function, or a table of options.
local q = require "assay.qualification"
local attack = require "attack"
q.model "hostile":score "fit":rule "attack"(type(attack) == "function" and { points = attack } or attack)
