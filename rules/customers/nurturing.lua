-- What customers hear from us: how to begin, help before it is asked for, and an offer where one fits.
local n = require "assay.nurturing"
local m = require "qualification"
local lead, account, event, answer = n.lead, n.account, n.event, n.answer

n.persona "sponsor"    { when = lead.group_role:is "economic" }
n.persona "daily user" { when = lead.group_role:is "user" | event.product_use:seen "30d" }

n.contact_policy {
  most = { email = "1 per 7d", call = "1 per 7d", any = "2 per 7d" },
  gap = "24h",
  quiet = { from = "18:00", to = "08:00", timezone = lead.timezone },
  ladder = { "topic", "problem", "solution", "proof" },
  needs = { educate = "topic", help = "topic", demo = "solution", proposal = "proof" },
}
n.never {
  email = lead.unsubscribed:includes "email" | lead.bounced_hard:is_true(),
  any   = account.do_not_contact:is_true(),
}
n.consent { country = { DE = "double_opt_in", AT = "double_opt_in", US = "opt_out", GB = "opt_out" }, unknown = "opt_in" }

-- The first track that fits is the one: trouble before everything, an offer after everything.
n.track "hold on" {
  when = m.danger:at_least(30),
  n.step "a way to help"     { content = "help-within-a-day", wait = "0d" },
  n.step "ask what is wrong" { task = n.human "call and ask what keeps them from using it", role = "success", wait = "1d", ask = "help" },
  n.step "mend it"           { task = n.human "agree in writing on who mends what by when", role = "success", wait = "7d", ask = "help" },
  n.step "look again"        { task = n.human "go through it together: is it mended?", role = "success", wait = "21d", ask = "help",
                               done_when = answer.outcome_reached:is_true() },
}
n.track "the first ninety days" {
  when = account.customer_since:in_last "90d", once = "365d",
  n.step "begin"             { content = "first-week-guide", wait = "1d" },
  n.step "the first result"  { content = "first-result-checklist", wait = "13d" },
  n.step "does it work"      { task = n.human "ask whether it does what it was bought for", role = "success", wait = "30d", ask = "help",
                               done_when = answer.outcome_reached:is_true() },
}
n.track "a good end" {
  when = answer.staying:is "no",
  n.step "ask why"       { task = n.human "ask why, listen, and write it down", role = "success", wait = "2d", ask = "help" },
  n.step "leave a door"  { content = "your-data-and-how-to-return", wait = "30d" },
}
n.track "cross-sell" {
  persona = "sponsor", once = "180d",
  when = account.products:excludes "analytics" & account.open_tickets:at_most(0),
  n.step "what others add"   { content = "peer-story-second-step", wait = "14d", done_when = event.case_study:seen() },
  n.step "what it would add" { content = "your-year-in-figures", wait = "14d" },
  n.step "show it"           { task = n.human "show it on their own data", role = "sales", ask = "demo", wait = "7d" },
}
n.track "tell others" {
  when = answer.recommends:is_true(), once = "365d",
  n.step "how others told it" { content = "stories-told-by-customers", wait = "7d" },
  n.step "a story together"  { task = n.human "write their story with them", role = "marketing", wait = "14d", ask = "help" },
}
n.track "getting more of it" {
  persona = "daily user",
  n.step "a trick"           { content = "three-things-few-know", wait = "30d" },
  n.step "a longer way"      { content = "course-for-daily-users", wait = "30d" },
}
n.track "staying in touch" {
  n.step "what is new"       { content = "release-letter", wait = "60d" },
}

-- What has to be known before a renewal, and before more is offered.
n.questions { phase = "discovery",     ask = { "outcome_reached", "staying", "need", "recommends" } }
n.questions { phase = "discovery",     product = "analytics", ask = { "figures_today", "who_reads_them" } }
n.questions { phase = "consideration", ask = { "buying_role", "this_year", "process" } }
n.questions { phase = "consideration", product = "analytics", ask = { "figures_from", "first_report" } }
n.questions { phase = "decision",      ask = { "funds_commit", "decision_by" } }
n.questions { phase = "decision",      product = "analytics", ask = { "report_saves", "report_owner" } }
return n
