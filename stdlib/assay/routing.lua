---Routing: who gets a lead. Routes are asked by their order; the first that holds decides, and its name is the reason.
local declare = require "assay.declare"

local routing = {}

---@type assay.Lead
routing.lead = declare.lead
---@type assay.Account
routing.account = declare.account
---@type assay.Events
routing.event = declare.event
---@type assay.Answers
routing.answer = declare.answer

---A way to an owner: `r.route "partner lead" { order = 0, when = lead.source:is "partner", to = lead.partner_manager }`.
---@type fun(name: string): fun(options: table)
routing.route = declare.route
---One after the other among the members of a team: `to = r.round_robin "dach_sdrs"`.
---@type fun(team: string): assay.Share
routing.round_robin = declare.round_robin
---By weights: `to = r.weighted { ["inside-a"] = 2, ["inside-b"] = 1 }`.
---@type fun(weights: table<string, integer>): assay.Share
routing.weighted = declare.weighted

routing.all_of = declare.all_of
routing.any_of = declare.any_of
routing.at_least = declare.at_least
routing.first_known = declare.first_known

return routing
