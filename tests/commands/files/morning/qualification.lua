local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "people"
local interest = m:score("interest", { floor = 0, cap = 100 })
interest:rule "asked for a demo" { points = 50, when = event.demo_request:seen "7d" }
interest:rule "reading"          { per_event = { page_view = 1, webinar = 8 }, half_life = "14d" }
interest:rule "large company"    { points = 10, when = account.employees:at_least(500) }

m:disqualify "competitor" { when = account.type:is "competitor" }
m:gate "nurture"      { criteria = { title = lead.title:matches "operations" } }
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(40) } }
m:gate "sales_ready"  { criteria = { need = answer.need:at_least "acknowledged" } }
return m
