---Qualification: which leads are worth whose time. Models with scores, grades, gates, disqualifiers and ways back.
local declare = require "assay.declare"

local qualification = {}

---Facts of the person: `lead.title`. Which there are is declared in pack.lua, beside the standard ones.
---@type assay.Lead
qualification.lead = declare.lead
---Facts of the person's company: `account.industry`, its buying group `account.group`, its region `account.segment`, and what
---anybody of it did: `account.event.page_view`.
---@type assay.Account
qualification.account = declare.account
---What the person did: `event.demo_request:seen "7d"`; `event.any` is whatever buyers do.
---@type assay.Events
qualification.event = declare.event
---What was answered: `answer.need:at_least "acknowledged"`.
---@type assay.Answers
qualification.answer = declare.answer

---Begins a model: `local m = q.model "inbound"`. A product line's model says so and whom it is about:
---`q.model "crm" { product = "CRM", when = lead.product_interest:includes "CRM" }`.
---@type fun(name: string): assay.Model
qualification.model = declare.model

---All conditions hold, as `a & b & c`.
---@type fun(conditions: assay.Condition[]): assay.Condition
qualification.all_of = declare.all_of
---At least one condition holds, as `a | b | c`.
---@type fun(conditions: assay.Condition[]): assay.Condition
qualification.any_of = declare.any_of
---At least so many of the conditions hold: `q.at_least(2, a, b, c)`.
---@type fun(count: integer, ...: assay.Condition): assay.Condition
qualification.at_least = declare.at_least
---The first of the facts that is known: `q.first_known { lead.country, account.country }`.
---@type fun(facts: assay.Fact[]): assay.Fact
qualification.first_known = declare.first_known

return qualification
