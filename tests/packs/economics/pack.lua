-- A pack of one gate: what is tested beside it is the library's arithmetic.
local pack = require "assay.pack"
return pack "economics" { owner = "revops@acme.example", fields = { lead = { title = "text" } }, rules = { "rules" } }
