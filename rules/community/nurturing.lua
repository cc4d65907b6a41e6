-- What members hear from us: thanks, what others found out, and an answer. Whoever helps others is asked for nothing.
local n = require "assay.nurturing"
local lead, account, event, answer = n.lead, n.account, n.event, n.answer

-- The first that holds counts.
n.persona "helper" { when = event.community_reply:count "90d":at_least(5) }
n.persona "asker"  { when = event.community_post:seen "90d" }
n.persona "reader" { when = event.community_join:seen() | event.community_view:seen "90d" }

n.contact_policy {
  most = { email = "1 per 14d", call = "1 per 14d", any = "2 per 14d" },
  gap = "48h",
  quiet = { from = "18:00", to = "08:00", timezone = lead.timezone },
  ladder = { "topic", "problem", "solution", "proof" },
  needs = { educate = "topic", answer = "topic", listen = "problem", demo = "solution", proposal = "proof" },
}
n.never {
  email = lead.unsubscribed:includes "email" | lead.bounced_hard:is_true(),
  any   = account.do_not_contact:is_true(),
}
n.consent { country = { DE = "double_opt_in", AT = "double_opt_in", US = "opt_out", GB = "opt_in" }, unknown = "opt_in" }

n.track "what members found out" {
  phase = "consideration", once = "180d",
  n.step "who did it"      { content = "members-who-did-it", wait = "3d", done_when = event.case_study:seen() },
  n.step "try it"          { content = "try-it-on-a-sunday", wait = "7d", done_when = event.trial_start:seen() },
  n.step "give confidence" { task = n.human "offer a talk with a member who did it", role = "community", ask = "demo", wait = "7d" },
}
n.track "thank you" {
  persona = "helper", once = "365d",
  n.step "say thanks"      { task = n.human "thank them by hand, for one answer of theirs", role = "community", ask = "answer",
                             wait = "1d" },
  n.step "ask for advice"  { content = "what-we-plan-next", wait = "30d" },
}
n.track "a problem in common" {
  persona = "asker", phase = "discovery",
  n.step "frame the challenge" { content = "what-members-struggle-with", wait = "3d" },
  n.step "offer empathy"       { content = "peer-story-of-a-member", wait = "14d", done_when = event.case_study:seen() },
  n.step "provide help"        { content = "how-members-do-it-by-hand", wait = "14d" },
  n.step "give confidence"     { task = n.human "ask what they have tried, and listen", role = "community", ask = "listen",
                                 wait = "14d", done_when = answer.need:known() },
}
n.track "welcome" {
  persona = "reader",
  n.step "where to begin"  { content = "ten-answers-to-begin-with", wait = "1d" },
  n.step "best of"         { content = "best-of-the-month", wait = "30d" },
}

-- What a member has to know before others of the company will follow.
n.questions { phase = "discovery",     ask = { "need", "buying_role" } }
n.questions { phase = "discovery",     product = "teams", ask = { "tried_alone", "who_else" } }
n.questions { phase = "consideration", ask = { "evaluating", "process" } }
n.questions { phase = "consideration", product = "teams", ask = { "works_with", "first_proof" } }
n.questions { phase = "decision",      ask = { "funds_access", "decision_by" } }
n.questions { phase = "decision",      product = "teams", ask = { "worth", "goes_live" } }

-- Members' words, ours that they do not use, and what somebody of ours has to look at when a member writes it.
n.lexicon {
  buyers = { "by hand", "workaround", "breaks", "works with", "how do you" },
  ours   = { ["user journey"] = "what I do", ["best-in-class"] = "what others use", leverage = "use" },
}
n.watch { words = { "cancel", "alternative to", "refund", "data loss", "security hole", "switch from", "recommend" } }
return n
