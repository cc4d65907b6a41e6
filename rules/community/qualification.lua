-- What a member gives and takes, and when one of them is a buyer: by what they do about the product, never by talking alone.
local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "community"

local asked_us = event.contact_request:seen "60d"

-- Standing: what a member is to the others. It opens doors for us, but is no sign that they want to buy.
local standing = m:score("standing", { cap = 100 })
standing:rule "takes part" {
  per_event = { community_join = 5, community_view = 1, community_vote = 2, community_post = 4, community_reply = 6 },
  half_life = "60d", cap = 80, at_most = { community_view = "3 per 1d", community_vote = "3 per 1d" },
}
standing:rule "comes back"     { points = 10, when = event.any:distinct_days "28d":at_least(4) }
standing:rule "recommends us"  { points = 10, when = event.referral:seen "365d" }

-- Interest: what they do about the product. The conversation counts a little, and never more than that.
local interest = m:score("interest", { cap = 100, restart_on_recycle = true })
interest:rule "engagement" {
  per_event = { trial_start = 25, pricing_view = 15, webinar = 5, case_study = 8, contact_request = 30 },
  half_life = "21d", cap = 90,
}
interest:rule "talk" { per_event = { community_post = 1, community_reply = 1 }, half_life = "21d", cap = 5,
                       reason = "Few look to a community for guidance on what to buy." }

m:disqualify "student" { when = lead.title:has_word { "student", "intern" } }

m:grade { standing = { A = 60, B = 30, C = 10 }, interest = { ["1"] = 60, ["2"] = 30, ["3"] = 10 } }

-- A member with a company is somebody to stay in touch with; whoever only registered is not one yet.
m:gate "nurture" { criteria = { company = account.domain:known(), member = m.standing:at_least(8) } }
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(30) | asked_us } }
m:gate "sales_ready" { criteria = {
  need      = answer.need:acknowledged(),
  authority = answer.buying_role:one_of { "decides", "influences", "uses" },
  company   = account.employees:at_least(20),
  willing   = asked_us | event.meeting_held:seen "60d",
}, delivers = { awareness = { "company" }, interest = { "willing" }, desire = { "need" } } }
m:gate "opportunity" { level = "account", criteria = {
  group     = account.group:size():at_least(2),
  need      = account.group:some(answer.need:at_least "acknowledged"),
  authority = account.group:some(answer.buying_role:is "decides") & answer.process:known(),
  timeframe = answer.decision_by:in_next "180d",
  budget    = answer.funds_access:is_true(),
} }
m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "60d" }
return m
