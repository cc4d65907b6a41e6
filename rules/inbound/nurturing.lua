-- What happens while a lead is not ready: lead generation, never lead genocide.
local n = require "assay.nurturing"
local lead, account, event = n.lead, n.account, n.event

n.persona "operations leader"  { when = lead.title:matches [[operations|\bcoo\b|chief operating|logistics|supply]] }
n.persona "procurement leader" { when = lead.title:matches "procurement|purchasing|sourcing" }

n.contact_policy {
  most = { email = "2 per 7d", call = "1 per 3d", any = "3 per 7d" },
  gap = "24h", after_first_download = "7d",
  quiet = { from = "18:00", to = "08:00", timezone = lead.timezone },
  ladder = { "topic", "problem", "solution", "proof" },
  needs = { educate = "topic", diagnose = "problem", demo = "solution", proposal = "proof" },
  questions = { topic = 2, problem = 4, solution = 9 },
}
n.never {
  email = lead.unsubscribed:includes "email" | lead.bounced_hard:is_true(),
  any   = account.do_not_contact:is_true(),
}
n.consent { country = { DE = "double_opt_in", AT = "double_opt_in", US = "opt_out", GB = "opt_in" },
            unknown = "opt_in" }

n.track "the cost of waiting" {
  persona = "operations leader", phase = "discovery",
  n.step "frame the challenge" { content = "cost-of-delay-guide", wait = "4d" },
  n.step "offer empathy"       { content = "peer-story-logistics", wait = "5d",
                                 done_when = event.case_study:seen() },
  n.step "provide help"        { content = "business-case-kit", wait = "5d", ask = "diagnose" },
  n.step "give confidence"     { task = n.human "call with the discovery questions", role = "ldr", wait = "5d",
                                 ask = "diagnose" },
}
n.track "choosing well" {
  persona = "operations leader", phase = "consideration",
  n.step "frame the choice" { content = "buyers-checklist", wait = "2d" },
  n.step "show a peer"      { content = "peer-story-manufacturing", wait = "4d" },
  n.step "offer a demo"     { task = n.human "offer a demonstration on their own data", role = "ldr", ask = "demo",
                              wait = "3d" },
}
n.track "buying with confidence" {
  persona = "procurement leader",
  n.step "frame the challenge" { content = "total-cost-primer", wait = "4d" },
  n.step "offer empathy"       { content = "peer-story-procurement", wait = "5d" },
  n.step "provide help"        { content = "supplier-scorecard", wait = "5d", ask = "diagnose" },
  n.step "give confidence"     { task = n.human "call with the discovery questions", role = "ldr", wait = "5d",
                                 ask = "diagnose" },
}
n.track "staying in touch" {
  n.step "a useful letter"  { content = "quarterly-letter", wait = "14d" },
  n.step "a second letter"  { content = "benchmark-report", wait = "30d" },
}

-- What buyers have to answer for themselves before they feel comfortable with a decision, in this order.
n.questions { phase = "discovery",     ask = { "need", "priority", "buying_role" } }
n.questions { phase = "discovery",     product = "planning", ask = { "planning_today", "cost_of_waiting" } }
n.questions { phase = "consideration", ask = { "evaluating", "process" } }
n.questions { phase = "consideration", product = "planning", ask = { "systems", "time_to_value" } }
n.questions { phase = "decision",      ask = { "funds_access", "funds_commit", "decision_by" } }
n.questions { phase = "decision",      product = "planning", ask = { "payback", "rollout" } }
return n
