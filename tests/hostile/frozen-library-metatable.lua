-- The metatable of a module.
-- says: read-only
local score = require "assay.score"
return function(l)
  setmetatable(score, {})
end
