-- A module outside of the pack: dots.
-- says: require cannot take
local x = require "..outside"
