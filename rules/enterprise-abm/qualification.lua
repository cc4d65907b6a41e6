-- The person's standing inside an account that we chose: who engages, who is in conversation, when it is a deal.
local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "enterprise" {
  when = account.potential_value:at_least(50e3) | account.lifetime_value:at_least(50e3),
}

local feels_the_pain = account.industry:in_list "industries" & account.employees:at_least(1000)

local position = m:score("position", { floor = 0, cap = 100 })
position:rule "economic buyer"   { points = 50, when = lead.group_role:is "economic" }
position:rule "technical buyer"  { points = 30, when = lead.group_role:is "technical" }
position:rule "user buyer"       { points = 20, when = lead.group_role:is "user" }
position:rule "executive"        { points = 25, when = lead.job_level:at_least "vp" }
position:rule "decides"          { points = 25, when = answer.buying_role:is "decides" }

local momentum = m:score("momentum", { floor = 0, cap = 100 })
momentum:rule "own activity" {
  per_event = { page_view = 1, whitepaper = 4, webinar = 8, case_study = 8, pricing_view = 12, demo_request = 30 },
  half_life = "30d", cap = 60, at_most = { page_view = "3 per 1d" },
}
momentum:rule "the account is moving" { points = 20, when = account.event.any:distinct_days "30d":at_least(4) }
momentum:rule "intent surge"          { points = 15, when = account.event.intent:sum("strength", "14d"):at_least(70) }
momentum:rule "open tickets"          { points = -10, when = account.open_tickets:more_than(5),
                                        reason = "Support first: nobody buys from who does not answer." }

m:disqualify "competitor" { when = account.domain:in_list "competitors" }
m:grade { position = { A = 75, B = 50, C = 25 }, momentum = { ["1"] = 60, ["2"] = 40, ["3"] = 15 } }

m:gate "nurture"      { criteria = { account = feels_the_pain, person = lead.title:known() } }
m:gate "worth_a_call" { criteria = {
  momentum = m.momentum:at_least(30) | event.demo_request:seen "30d",
  position = m.position:at_least(20),
} }
m:gate "sales_ready"  { criteria = {
  market    = feels_the_pain,
  need      = answer.need:acknowledged(),
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  willing   = event.meeting_booked:seen "60d" | event.demo_request:seen "60d",
}, delivers = { awareness = { "market" }, interest = { "willing" }, desire = { "need" } } }
m:gate "opportunity"  { level = "account", criteria = {
  need      = account.group:every(answer.need:at_least "acknowledged") & answer.need:confirmed_by "sales",
  authority = account.group:covers { "economic", "technical", "user" } & answer.process:known(),
  relations = account.group:every(lead.group_role:known() & event.sales_touch:seen()),
  timeframe = answer.decision_by:in_next "365d",
  budget    = answer.funds_access:is_true() & answer.funds_commit:is_true(),
  pain      = answer.importance:is_true() & answer.urgency:known(),
} }
m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "60d" }
return m
