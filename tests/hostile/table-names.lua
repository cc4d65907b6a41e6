-- Names that are tables, where the library checks what a table may hold.
-- says: attack.lua:4: bad argument #3 to 'closed' (names are texts)
local declare = require "assay.declare"
declare.closed({ when = true }, "a thing", { {} })
