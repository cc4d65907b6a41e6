-- Who belongs in the programme, who is worth a call, and who is ready for sales.
local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "@NAME@"

local target_market = account.industry:one_of { "Software", "Manufacturing" }
local right_title   = lead.title:matches [[operations|engineering|technology]]
local raised_hand   = event.demo_request:seen "30d"

-- Fit: who they are.
local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "target market" { points = 40, when = target_market }
fit:rule "right size"    { points = 30, when = account.employees:between(200, 5000) }
fit:rule "senior"        { points = 30, when = lead.job_level:at_least "director" }

-- Interest: what they did. Points fade, so that last year's reader is not today's buyer.
local interest = m:score("interest", { floor = 0, cap = 100 })
interest:rule "engagement" {
  per_event = { page_view = 1, whitepaper = 5, pricing_view = 10, demo_request = 30 },
  half_life = "14d", cap = 80, at_most = { page_view = "5 per 1d" },
}
interest:rule "pricing twice in a month" { points = 20, when = event.pricing_view:count "30d":at_least(2) }

m:disqualify "student" { when = lead.title:has_word { "student", "intern" } }

m:grade { fit = { A = 70, B = 40 }, interest = { ["1"] = 60, ["2"] = 30 } }

-- Gate 1, on company and title only: does this lead belong in the nurturing programme?
m:gate "nurture" { criteria = { company = target_market, title = right_title } }

-- Interest enough for a person to call and ask. A raised hand gets here at once.
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(30) | raised_hand } }

-- Gate 2, on the person: ready for a conversation with sales, which is not ready to buy.
m:gate "sales_ready" { criteria = {
  fit       = m.fit:at_least(40),
  need      = answer.need:acknowledged(),
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  willing   = event.meeting_booked:seen "30d" | raised_hand,
} }

m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "30d" }
return m
