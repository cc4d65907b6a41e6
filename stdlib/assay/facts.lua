---What every rule file may speak of, and how conditions are put together. The other modules hold the same names: `q.lead` is
---`n.lead`.
local declare = require "assay.declare"

---@class assay.Facts
local facts = {}

---Facts of the person. Which there are is declared in pack.lua, beside the standard ones.
---
---```lua
---fit:rule "free mailbox" { points = -25, when = lead.email:is_freemail() }
---```
---@type assay.Lead
facts.lead = declare.lead

---Facts of the person's company: its fields, its buying group (`account.group`), its region (`account.segment`), and what anybody
---of it did (`account.event`).
---
---```lua
---fit:rule "a surge" { points = 10, when = account.event.page_view:count "7d":at_least(10) }
---```
---@type assay.Account
facts.account = declare.account

---What the person did, by kind of event. `event.any` is whatever buyers do; what sellers do is never interest.
---
---```lua
---fit:rule "asked for a demo" { points = 25, when = event.demo_request:seen "7d" }
---```
---@type assay.Events
facts.event = declare.event

---What was answered to the pack's questions, and who says so.
---
---```lua
---fit:rule "knows the need" { points = 15, when = answer.need:at_least "acknowledged" }
---```
---@type assay.Answers
facts.answer = declare.answer

---All conditions hold, as `a & b & c`: no beats unknown.
---
---```lua
---fit:rule "reachable" { points = 5, when = q.all_of(lead.email:known(), lead.phone:known()) }
---```
---@type fun(...: assay.When): assay.Condition
facts.all_of = declare.all_of

---At least one condition holds, as `a | b | c`: yes beats unknown.
---
---```lua
---fit:rule "reachable" { points = 5, when = q.any_of(lead.email:known(), lead.phone:known()) }
---```
---@type fun(...: assay.When): assay.Condition
facts.any_of = declare.any_of

---At least so many of the conditions hold.
---
---```lua
---fit:rule "a whole record" {
---  points = 5, when = q.at_least(2, lead.title:known(), lead.email:known(), lead.phone:known()),
---}
---```
---@type fun(count: integer, ...: assay.When): assay.Condition
facts.at_least = declare.at_least

---The first of the facts that is known. They are of one type.
---
---```lua
---fit:rule "in Germany" { points = 5, when = q.first_known { lead.country, account.country }:is "DE" }
---```
---@generic T : assay.Fact
---@type fun(facts: T[]): T
facts.first_known = declare.first_known

return facts
