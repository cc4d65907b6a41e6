---Routing: who gets a lead. Routes are asked by their order; the first that holds decides, and its name is the reason.
local declare = require "assay.declare"

---@class assay.Routing : assay.Facts
local routing = {}
for name, value in pairs(require "assay.facts") do routing[name] = value end

---A way to an owner.
---
---```lua
---r.route "key account" { order = 0, when = account.employees:at_least(5000), to = account.sales_owner }
---```
---@type fun(name: string): fun(options: assay.RouteOptions)
routing.route = declare.route

---One after the other among the members of a team.
---
---```lua
---r.route "everyone else" { order = 9, when = lead.email:known(), to = r.round_robin "dach_sdrs" }
---```
---@type fun(team: string): assay.Share
routing.round_robin = declare.round_robin

---By weights.
---
---```lua
---r.route "split" { order = 5, when = lead.email:known(), to = r.weighted { ["inside-a"] = 2, ["inside-b"] = 1 } }
---```
---@type fun(weights: table<string, integer>): assay.Share
routing.weighted = declare.weighted

return routing
