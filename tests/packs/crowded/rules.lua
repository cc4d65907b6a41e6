local q = require "assay.qualification"
local r = require "assay.routing"
local s = require "assay.service_levels"
local effects = require "assay.effects"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

q.lead_source { keep = "first", override = { "referral" } }

local function model(name, interested)
  local m = q.model(name)
  local interest = m:score("interest", { floor = 0 })
  interest:rule "reads" { per_event = { page_view = 1, whitepaper = 5, demo_request = 20 }, half_life = "14d" }
  interest:rule "sent to us" { points = 1, when = lead.source:is "referral" }
  m:disqualify "student"       { when = lead.title:has_word "student" }
  m:disqualify "being sold to" { when = account.open_deals:at_least(2) }
  m:gate "nurture"      { criteria = { title = lead.title:known() } }
  m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(interested) } }
  m:gate "sales_ready"  { criteria = { reads = m.interest:at_least(2 * interested) | answer.need:at_least "acknowledged" } }
end
model("one", 3)
model("other", 5)

-- Who belongs to whom changes with time alone, too.
r.route "prices" { order = 1, when = event.pricing_view:seen "9d", to = r.round_robin "ldrs", at_most = "1 per 5d" }
r.route "near"   { order = 2, when = lead.country:known(), to = r.round_robin "dach_ldrs", at_most = "1 per 4d" }

s.agreement "answer from sales" { start = event.handoff, stop = event.handoff_accepted, within = "36h",
                                  breach = { reassign = true } }
s.agreement "hand raise" { start = event.demo_request, stop = event.sales_touch, within = "20h", warn = "50%",
                           breach = { notify = "manager", reassign = true } }
s.agreement "a word at last" { start = event.handoff, stop = { event.handoff_accepted, event.handoff_rejected },
                              within = "60h", breach = { reject = "nobody had time" } }
effects.on.enter "sales_ready" { effects.effect.task "call" { role = "ldr", due = "1d" } }
return q
