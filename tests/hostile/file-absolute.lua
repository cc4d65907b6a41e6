-- A module outside of the pack: absolute.
-- says: require cannot take
local x = require "/etc/passwd"
