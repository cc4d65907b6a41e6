local q = require "assay.qualification"
local lead, account, event = q.lead, q.account, q.event
local m = q.model "small"
local fit = m:score("fit", { cap = 50 })
fit:rule "big" { points = 40, when = account.employees:at_least(10) }
fit:rule "software" { points = 30, when = account.industry:is "Software" }
local interest = m:score("interest", { cap = 20 })
interest:rule "views" { per_event = { page_view = 10 }, half_life = "7d", cap = 12, when = event.any:count "30d":at_least(1) }
interest:rule "talk" {
  points = function(l)
    local n = l:events("demo_request", "30d"):count()
    if n > 0 then return n * 3, ("%d requests"):format(n) end
  end,
}
m:gate "nurture" { criteria = { size = account.employees:at_least(5) } }
return m
