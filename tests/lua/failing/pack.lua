local pack = require "assay.pack"
return pack "small" { owner = "a@b.example", rules = { "rules" } }
