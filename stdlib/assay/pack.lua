---Names a pack: `return require "assay.pack" "acme" { owner = "…", rules = { "qualification" } }`.
---
---A pack is a folder. Its `pack.lua` declares what the rules may speak of (fields, answers, events, lists), who answers for
---it, and which rule files there are. Unknown options are errors.
---@alias assay.Pack fun(name: string): fun(options: table): boolean
return require("assay.declare").pack
