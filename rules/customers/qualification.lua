-- How safe a customer is, how far what they have works, and whether they want more: in this order.
local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "customers" { when = account.type:is "customer" }

local asked_for_more = event.demo_request:seen "30d" | event.pricing_request:seen "30d"

-- Danger: what customers show before they leave.
local danger = m:score("danger", { floor = 0, cap = 100 })
danger:rule "nobody uses it"     { points = 40, when = ~account.event.product_use:seen "31d" }
danger:rule "much lies unused"   { points = 20, when = account.adoption:less_than(0.3) }
danger:rule "unhappy"            { points = 30, when = account.satisfaction:at_most(6),
                                   reason = "Six or less of ten is a detractor of the net promoter score." }
danger:rule "waits for help"     { points = 15, when = account.open_tickets:at_least(3) }
danger:rule "does not pay"       { points = 20, when = account.overdue:is_true() }
danger:rule "not sure to stay"   { points = 30, when = answer.staying:known() & answer.staying:at_most "unsure",
                                   reason = "Few are asked before the renewal is near: not asked is no sign." }
danger:rule "the sponsor left"   { points = 30, when = lead.group_role:is "economic" & event.job_change:seen "90d" }

-- Value: does what they bought work for them? Nobody buys more of what does not.
local value = m:score("value", { floor = 0, cap = 100 })
value:rule "reached the outcome" { points = 40, when = answer.outcome_reached:is_true() }
value:rule "well adopted"        { points = 25, when = account.adoption:at_least(0.7) }
value:rule "part of the week"    { points = 20, when = account.event.product_use:distinct_days "28d":at_least(8) }
value:rule "recommends us"       { points = 15, when = account.satisfaction:at_least(9) }

-- Appetite: what they do about the next purchase. Using what they have is not part of it.
local appetite = m:score("appetite", { floor = 0, cap = 100, restart_on_recycle = true })
appetite:rule "looks around" {
  per_event = { product_view = 4, webinar = 6, case_study = 6, pricing_view = 12, demo_request = 35, pricing_request = 35 },
  half_life = "30d", cap = 80, at_most = { product_view = "3 per 1d" },
}
appetite:rule "a champion recommends" { points = 10, when = event.referral:seen "180d" }
appetite:rule "planned for this year" { points = 20, when = answer.this_year:is_true() }

-- An unknown disqualifier would keep everybody from sales who was not asked yet.
m:disqualify "leaving" { when = answer.staying:known() & answer.staying:is "no", to = "a good end" }

m:grade { value = { A = 75, B = 50, C = 25 }, appetite = { ["1"] = 60, ["2"] = 30, ["3"] = 10 } }

-- Whoever is known at a customer is one: nothing else is asked before they are looked after.
m:gate "nurture" { criteria = { person = lead.title:known() } }

-- Worth a call about more: only where nothing burns. Trouble is called about, too, but by those who can help (see nurturing.lua).
m:gate "worth_a_call" { criteria = {
  appetite = m.appetite:at_least(30) | asked_for_more,
  safe     = m.danger:less_than(30),
} }

m:gate "sales_ready" { criteria = {
  success   = answer.outcome_reached:is_true(),
  need      = answer.need:acknowledged(),
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  willing   = event.meeting_held:seen "60d" | asked_for_more,
}, delivers = { awareness = { "success" }, interest = { "willing" }, desire = { "need" } } }

m:gate "opportunity" { level = "account", criteria = {
  need      = account.group:some(answer.need:at_least "acknowledged"),
  authority = account.group:covers { "economic", "user" } & answer.process:known(),
  timeframe = answer.decision_by:in_next "180d",
  budget    = answer.funds_commit:is_true(),
} }

m:recycle { from = "worth_a_call", to = "nurture", when = event.any:days_since():more_than(120), cool_off = "30d" }
m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "60d" }
return m
