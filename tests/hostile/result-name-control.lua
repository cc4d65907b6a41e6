-- A rule whose name moves the cursor.
-- says: control character
local q = require "assay.qualification"
q.model "m":score "s":rule "\27[2J" { points = 1 }
