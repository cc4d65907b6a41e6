local q = require "assay.qualification"
local n = require "assay.nurturing"
local lead, account = q.lead, q.account

q.lead_source { keep = "first", override = { "referral" } }

local m = q.model "calm"
m:score("fit"):rule "sent to us" { points = 10, when = lead.source:is "referral" }
m:disqualify "being sold to" { when = account.open_deals:at_least(2) }
m:gate "nurture"      { criteria = { title = lead.title:known() } }
m:gate "worth_a_call" { criteria = { source = lead.source:one_of { "referral", "fair" } } }

n.contact_policy { gap = "20h", quiet = { from = "07:00", to = "12:30", timezone = lead.timezone } }
n.blackout { weekends = true }
n.track "letters" {
  when = lead.country:known(), once = "9d",
  n.step "first"  { content = "quarterly-letter", wait = "1d" },
  n.step "second" { content = "benchmark-report", wait = "3d" },
}
return n
