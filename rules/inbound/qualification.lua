-- Who belongs in the programme, who is worth a call, who is ready for sales, what enters the forecast.
local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "inbound"

local target_market = account.industry:one_of { "Software", "Manufacturing", "Logistics", "Financial services" }
local connected     = lead.title:matches [[operations|supply|procurement|logistics|\bcoo\b|chief operating]]
local raised_hand   = event.demo_request:seen "30d" | event.contact_request:seen "30d"

-- Fit: who they are.
local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "senior title"    { points = 25, when = lead.job_level:at_least "director" }
fit:rule "manager"         { points = 12, when = lead.job_level:is "manager" }
fit:rule "connected title" { points = 20, when = connected }
fit:rule "right size"      { points = 25, when = account.employees:between(200, 5000) }
fit:rule "large"           { points = 15, when = account.employees:more_than(5000) }
fit:rule "target industry" { points = 20, when = target_market }
fit:rule "able to pay"     { points = 10, when = account.revenue:at_least(10e6) }
fit:rule "free mailbox"    { points = -25, when = lead.email:is_freemail() & account.domain:unknown(),
                             reason = "Nobody can tell which company a free mailbox belongs to." }

-- Interest: what they did. Topic interest is kept apart from product interest: an e-book is not an evaluation.
local topic = m:score("topic", { floor = 0, cap = 60, restart_on_recycle = true })
topic:rule "content" {
  per_event = { page_view = 1, whitepaper = 5, ebook = 5, webinar = 8, case_study = 8, reference = 12 },
  half_life = "14d", cap = 50, at_most = { page_view = "5 per 1d" },
}
topic:rule "community" {
  reason = "Many take part in communities and few look there for guidance on what to buy: a little, and never more than that.",
  per_event = { community_join = 1, community_view = 1, community_post = 2, community_reply = 2, community_vote = 2,
                social_engagement = 1 },
  half_life = "14d", cap = 6,
}
topic:rule "several days" { points = 10, when = event.any:distinct_days "14d":at_least(3) }

local interest = m:score("interest", { floor = 0, cap = 100, restart_on_recycle = true })
interest:rule "engagement" {
  per_event = { page_view = 1, whitepaper = 3, ebook = 3, webinar = 6, case_study = 6, pricing_view = 10,
                trial_start = 20, demo_request = 30, contact_request = 30 },
  half_life = "21d", cap = 80, at_most = { page_view = "5 per 1d", pricing_view = "2 per 1d" },
}
interest:rule "pricing twice in a month" { points = 15, when = event.pricing_view:count "30d":at_least(2) }
interest:rule "gone quiet"               { points = -20, when = event.any:days_since():more_than(90) }
interest:rule "binge" {
  reason = "Somebody who comes back on four days of a week is working on something.",
  points = function(l)
    local days = l:events("page_view", "7d"):distinct_days()
    if days >= 4 then return 10, ("%d separate days in a week"):format(days) end
  end,
}

m:disqualify "competitor" { when = account.domain:in_list "competitors" }
m:disqualify "student"    { when = lead.title:has_word { "student", "intern" } | lead.email:domain():ends_with ".edu" }
m:disqualify "customer"   { when = account.type:is "customer" }

m:grade { fit = { A = 75, B = 50, C = 25 }, interest = { ["1"] = 60, ["2"] = 40, ["3"] = 15 } }

-- Gate 1, on company and title only: does this lead belong in the nurturing programme?
m:gate "nurture" { criteria = { company = target_market, title = connected } }

-- Interest enough for a person to call and ask. A hand-raise gets here at once.
m:gate "worth_a_call" { criteria = {
  interest = m.interest:at_least(40) | raised_hand,
} }

-- Gate 2, on the person: ready for a sales conversation? BANT, but modified and never alone.
m:gate "sales_ready" { criteria = {
  market    = target_market,
  need      = answer.need:acknowledged(),
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  timeframe = answer.evaluating:is_true() & answer.priority:is_true(),
  budget    = account.revenue:at_least(10e6),
  willing   = event.meeting_booked:seen "30d" | raised_hand,
}, delivers = { awareness = { "market" }, interest = { "willing" }, desire = { "need", "timeframe" } } }

-- Gate 3, on the whole buying group: an opportunity for the forecast?
m:gate "opportunity" { level = "account", criteria = {
  need      = account.group:every(answer.need:at_least "acknowledged") & answer.need:confirmed_by "sales",
  authority = account.group:covers { "economic", "technical", "user" } & answer.process:known(),
  timeframe = answer.decision_by:in_next "180d",
  budget    = answer.funds_access:is_true() & answer.funds_commit:is_true(),
} }

m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "30d" }
m:recycle { from = "worth_a_call", to = "nurture", when = event.any:days_since():more_than(120), cool_off = "14d" }
return m
