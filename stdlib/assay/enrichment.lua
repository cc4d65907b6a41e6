---Enrichment: facts that a provider knows, fetched before anything is decided.
local declare = require "assay.declare"

---@class assay.Enrichment : assay.Facts
local enrichment = {}
for name, value in pairs(require "assay.facts") do enrichment[name] = value end

---Asks a provider about leads or accounts, many at once, and keeps what it says as facts of precedence "enrichment" with
---their source and time. `assay run` asks before it decides; `assay enrich` asks alone. A provider that fails blocks nothing
---and makes nothing known.
---
---```lua
---e.enrich "company size" {
---  level = "account", fills = { "employees" }, every = "30d",
---  when = account.employees:unknown() & account.domain:known(),
---  call = function(a, http)
---    local answer, why = http.get("https://enrich.example/v1/companies", { query = { domain = a.domain } })
---    if not answer then return nil, why end
---    return { employees = answer.json and answer.json.employees }
---  end,
---}
---```
---@type fun(name: string): fun(options: assay.EnrichOptions)
enrichment.enrich = declare.enrich

return enrichment
