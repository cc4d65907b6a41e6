-- A link out of the pack.
-- says: there is no module "linked"
local x = require "linked"
