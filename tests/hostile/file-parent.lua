-- A module outside of the pack: parent.
-- says: require cannot take
local x = require "../outside"
