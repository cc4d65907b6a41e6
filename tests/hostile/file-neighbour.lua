-- A module outside of the pack: neighbour.
-- says: require cannot take
local x = require "../neighbour/rules"
