---Qualification: which leads are worth whose time. Models with scores, grades, gates, disqualifiers and ways back.
local declare = require "assay.declare"

---@class assay.Qualification : assay.Facts
local qualification = {}
for name, value in pairs(require "assay.facts") do qualification[name] = value end

---Begins a model. A product line's model says so, and whom it is about.
---
---```lua
---local inbound = q.model "inbound"
---local crm = q.model "crm" { product = "CRM", when = lead.product_interest:includes "CRM" }
---```
---@type fun(name: string): assay.Model
qualification.model = declare.model

---Says which source of a lead counts as `lead.source` when several are said: the first, unless a later one overrides it.
---
---```lua
---q.lead_source { keep = "first", override = { "referral", "partner" } }
---```
---@type fun(options: assay.LeadSourceOptions)
qualification.lead_source = declare.lead_source

return qualification
