---Service levels: how soon sales answers what it is handed, on business hours, and what follows when it does not.
local declare = require "assay.declare"

---@class assay.ServiceLevels : assay.Facts
local service_levels = {}
for name, value in pairs(require "assay.facts") do service_levels[name] = value end

---What was promised about a hand-off. `assay run` shows what is at risk and what is overdue; once the share of `warn` has
---passed the destinations that take `reminder` are told, and when time is over what `breach` says is done, once.
---
---```lua
---s.agreement "answer from sales" { start = event.handoff, stop = { event.handoff_accepted, event.handoff_rejected },
---                                  within = "1 business day", warn = "50%", breach = { notify = "manager" } }
---```
---@type fun(name: string): fun(options: assay.SAgreementOptions)
service_levels.agreement = declare.service_level

---The hours that all agreements of the pack count, Monday to Friday; 09:00 to 17:00 UTC when nothing is said.
---
---```lua
---s.business_hours { from = "08:30", to = "17:00", timezone = "Europe/Berlin" }
---```
---@type fun(options: assay.SBusinessHoursOptions)
service_levels.business_hours = declare.business_hours

return service_levels
