-- What people hear from us before anything is proposed: how others did it, who would come, and a small first piece of work.
local n = require "assay.nurturing"
local m = require "qualification"
local lead, account, event, answer = n.lead, n.account, n.event, n.answer

-- The first that holds counts: who runs the systems is asked about systems, whoever signs.
n.persona "systems owner" { when = lead.group_role:is "technical" | lead.title:has_word { "it", "cio", "infrastructure" } }
n.persona "money owner"   { when = lead.group_role:is "economic" | lead.title:has_word { "cfo", "finance", "procurement" } }
n.persona "problem owner" { when = lead.title:known() }

n.contact_policy {
  most = { email = "1 per 7d", call = "1 per 7d", any = "2 per 7d" },
  gap = "24h", after_first_download = "7d",
  quiet = { from = "18:00", to = "08:00", timezone = lead.timezone },
  ladder = { "topic", "problem", "solution", "proof" },
  needs = { educate = "topic", listen = "problem", first_work = "solution", proposal = "proof" },
}
n.never {
  email = lead.unsubscribed:includes "email" | lead.bounced_hard:is_true(),
  any   = account.do_not_contact:is_true(),
}
n.consent { country = { DE = "double_opt_in", AT = "double_opt_in", US = "opt_out", GB = "opt_in" }, unknown = "opt_in" }

-- A challenge is listened for before anything is shown: problem first, then the firm that solves it.
n.track "what it is about" {
  persona = "problem owner", phase = "discovery",
  n.step "frame the challenge" { content = "why-projects-are-late", wait = "3d" },
  n.step "offer empathy"       { content = "peer-story-late-project", wait = "7d", done_when = event.case_study:seen() },
  n.step "provide help"        { content = "self-check-in-an-hour", wait = "7d" },
  n.step "give confidence"     { task = n.human "listen for a challenge, and write down the outcome that is wanted",
                                 role = "practice lead", ask = "listen", wait = "7d", done_when = m.challenges:at_least(1) },
}
n.track "what must not break" {
  persona = "systems owner", phase = "discovery",
  n.step "frame the challenge" { content = "where-old-systems-end", wait = "3d" },
  n.step "offer empathy"       { content = "peer-story-changeover", wait = "7d", done_when = event.case_study:seen() },
  n.step "provide help"        { content = "inventory-template", wait = "7d" },
  n.step "give confidence"     { task = n.human "talk with an architect of ours, without a seller", role = "architect",
                                 ask = "listen", wait = "7d", done_when = m.challenges:at_least(1) },
}
n.track "who would come" {
  phase = "consideration", once = "180d",
  n.step "how others did it"   { content = "three-projects-told-by-clients", wait = "2d", done_when = event.reference:seen() },
  n.step "the people"          { content = "the-team-and-what-it-did", wait = "5d", done_when = event.team_view:seen() },
  n.step "a small beginning"   { task = n.human "propose a first piece of work of two weeks", role = "practice lead",
                                 ask = "first_work", wait = "5d" },
}
n.track "what it costs if it takes longer" {
  persona = "money owner",
  n.step "how it is paid"      { content = "fixed-price-and-time-compared", wait = "5d" },
  n.step "what went wrong"     { content = "peer-story-budget", wait = "14d" },
}
n.track "staying in touch" {
  n.step "a useful letter"     { content = "letter-of-the-practice", wait = "30d" },
}

-- What a client has to know of itself before the work can be agreed on.
n.questions { phase = "discovery",     ask = { "need", "buying_role" } }
n.questions { phase = "discovery",     product = "first work", ask = { "tried_before", "cost_of_waiting" } }
n.questions { phase = "consideration", ask = { "process", "own_people" } }
n.questions { phase = "consideration", product = "first work", ask = { "good_result", "must_not_break" } }
n.questions { phase = "decision",      ask = { "funds_access", "decision_by" } }
n.questions { phase = "decision",      product = "first work", ask = { "who_accepts", "begin_by" } }

n.lexicon {
  buyers = { "late", "audit", "end of support", "our own people", "fixed price" },
  ours   = { ["managed services"] = "you run it for us", ["best practice"] = "how others did it",
             transformation = "change", ["value proposition"] = "what we get" },
}
return n
