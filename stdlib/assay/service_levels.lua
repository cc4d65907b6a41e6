---Service levels: how soon sales answers what it is handed and who raised a hand, on business hours, and what follows when it does
---not.
local declare = require "assay.declare"

---@class assay.ServiceLevels : assay.Facts
local service_levels = {}
for name, value in pairs(require "assay.facts") do service_levels[name] = value end

---What was promised, about a hand-off or about something that a buyer does. `assay run` shows what is at risk and what is overdue;
---once the share of `warn` has passed the destinations that take `reminder` are told, and when time is over what `breach` says is
---done, once. `assay follow` does so at that very moment.
---
---A clock that begins with `event.handoff` is about the offer to sales. One that begins with any other event of the lead needs no
---offer: what happens again while it runs waits with it, and what was over before the pack made the promise is none.
---`event.sales_touch` as a stop is whatever a person of ours does: a call, a meeting, and a touch that `assay record` noted. Who
---lets the time of a lead pass and loses it by `reassign` does not get it again: it goes to those who have not had it yet, and
---stays where it is when nobody is left.
---
---```lua
---s.agreement "answer from sales" { start = event.handoff, stop = { event.handoff_accepted, event.handoff_rejected },
---                                  within = "1 business day", warn = "50%", breach = { notify = "manager" } }
---```
---
---```lua
---s.agreement "hand raise" { start = event.demo_request, stop = event.sales_touch, within = "1 business hour", warn = "50%",
---                           breach = { notify = "manager" } }
---```
---@type fun(name: string): fun(options: assay.SAgreementOptions)
service_levels.agreement = declare.service_level

---The hours that all agreements of the pack count, Monday to Friday; 09:00 to 17:00 UTC when nothing is said. With `dates` the
---holidays of a table like that of `n.blackout` do not count: those of `country`, and those without a country.
---
---```lua
---s.business_hours { from = "08:30", to = "17:00", timezone = "Europe/Berlin" }
---```
---@type fun(options: assay.SBusinessHoursOptions)
service_levels.business_hours = declare.business_hours

return service_levels
