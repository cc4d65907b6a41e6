local q = require "assay.qualification"
local n = require "assay.nurturing"
local effect = require("assay.effects").effect
local lead, account, event, answer = n.lead, n.account, n.event, n.answer

local m = q.model "tried"
local interest = m:score("interest", { floor = 0 })
interest:rule "reads" { per_event = { page_view = 1, whitepaper = 5, demo_request = 20 }, half_life = "14d" }
m:disqualify "student" { when = lead.title:has_word "student" }
m:gate "nurture"      { criteria = { title = lead.title:known() } }
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(8) } }
m:gate "sales_ready"  { criteria = { need = answer.need:at_least "acknowledged" } }

n.track "operations" {
  when = lead.title:matches "operations|supply",
  n.step "guide" { content = "cost-of-delay-guide", wait = "1d" },
  n.step "case"  { content = "peer-story-logistics", wait = "3d" },
}
n.track "large companies" {
  when = account.employees:at_least(500), once = "20d",
  n.step "primer" { content = "total-cost-primer", wait = "2d" },
}
n.track "everybody" { n.step "letter" { content = "quarterly-letter", wait = "2d" } }

n.watch {
  words = { "cancel", "alternative" },
  effect.task "answer" { role = "community", due = "1d" },
}

n.programme "by a stage" {
  tracks = { "operations" }, outcome = "worth_a_call", within = "9d", holdout = 0.4,
  at_least = { people = 5, over = "8d" }, ends = { people = 60 },
}
n.programme "by what they do" {
  tracks = { "large companies" }, within = "12d", holdout = 0.5, spending = "pocock",
  outcome = event.page_view:count():at_least(2) | event.demo_request:seen() | m.interest:at_least(10),
  at_least = { people = 4, over = "5d" }, ends = { people = 80 },
}
n.programme "by what they say" {
  tracks = { "everybody" }, outcome = answer.need:at_least "acknowledged", within = "15d", holdout = 0.3,
  at_least = { people = 6, over = "10d" }, ends = { on = "2027-06-30" },
}
return n
