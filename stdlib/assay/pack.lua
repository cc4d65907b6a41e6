---Names a pack. A pack is a folder; its `pack.lua` declares what the rules may speak of (fields, answers, events, lists), who
---answers for it, and which rule files there are. Unknown options are errors.
---
---```lua
---return require "assay.pack" "acme" { owner = "revops@acme.example", rules = {} }
---```
---@type fun(name: string): fun(options: assay.PackOptions): boolean
local pack = require("assay.declare").pack

return pack
