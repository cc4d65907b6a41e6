local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "inbound"
local target_market = account.industry:one_of { "Software", "Manufacturing" }

-- Fit: who they are
local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "senior title"    { points = 25, when = lead.job_level:at_least "director" }
fit:rule "operations"      { points = 15, when = lead.title:matches [[operations|supply chain|procurement]] }
fit:rule "right size"      { points = 20, when = account.employees:between(200, 5000) }
fit:rule "target industry" { points = 15, when = target_market }
fit:rule "free mailbox"    { points = -25, when = lead.email:is_freemail() & account.domain:unknown() }

-- Interest: what they did
local interest = m:score("interest", { floor = 0, cap = 100 })
interest:rule "engagement" {
  per_event = { page_view = 1, whitepaper = 5, webinar = 8, pricing_view = 10, demo_request = 25 },
  half_life = "14d", cap = 60, at_most = { page_view = "3 per 1d" },
}
interest:rule "pricing twice in a month" { points = 15, when = event.pricing_view:count "30d":at_least(2) }
interest:rule "gone quiet"               { points = -20, when = event.any:days_since():more_than(90) }
interest:rule "binge" {                  -- the escape hatch: a plain function, still pure
  points = function(l)
    local days = l:events("page_view", "7d"):distinct_days()
    if days >= 4 then return 10, ("%d separate days in a week"):format(days) end
  end,
}

m:disqualify "competitor" { when = account.domain:in_list "competitors" }
m:disqualify "student"    { when = lead.title:has_word { "student", "intern" } | lead.email:domain():ends_with ".edu" }
m:grade { fit = { A = 75, B = 50, C = 25 }, interest = { ["1"] = 75, ["2"] = 50, ["3"] = 25 } }

-- Gate 1, on company and title only: does this lead belong in the nurturing programme?
m:gate "nurture" { criteria = {
  company = target_market,
  title   = lead.title:matches [[operations|supply|procurement|\bcoo\b|chief operating]],
} }
-- Interest enough for a person to call and ask. A hand-raise gets here at once.
m:gate "worth_a_call" { criteria = {
  interest = m.interest:at_least(40) | event.demo_request:seen "7d",
} }
-- Gate 2, on the person: ready for a sales conversation? BANT, but modified and never alone.
m:gate "sales_ready" { criteria = {
  market    = target_market,
  need      = answer.need:at_least "acknowledged",
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  timeframe = answer.evaluating:is_true() & answer.priority:is_true(),
  budget    = account.revenue:at_least(10e6),
  willing   = event.meeting_booked:seen "30d" | event.demo_request:seen "30d",
} }
-- Gate 3, on the whole buying group: an opportunity for the forecast?
m:gate "opportunity" { level = "account", criteria = {
  need      = account.group:every(answer.need:at_least "acknowledged") & answer.need:confirmed_by "sales",
  authority = account.group:covers { "economic", "technical", "user" } & answer.process:known(),
  timeframe = answer.decision_by:in_next "180d",
  budget    = answer.funds_access:is_true() & answer.funds_commit:is_true(),
} }
m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "30d" }
return m
