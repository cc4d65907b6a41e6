local pack = require "assay.pack"
return pack "covered" { owner = "a@b.example", rules = { "rules" } }
