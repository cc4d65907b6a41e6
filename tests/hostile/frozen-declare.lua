-- A rule declared while deciding.
-- says: rules are declared while a pack loads
local q = require "assay.qualification"
return function(l)
  q.model "late"
end
