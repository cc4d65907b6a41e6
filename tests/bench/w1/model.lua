local q = require "assay.qualification"
local lead, account, event = q.lead, q.account, q.event

local m = q.model "w1"
local market = account.industry:one_of { "Software", "Manufacturing", "Logistics" }

local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "operations"     { points = 12, when = lead.title:matches [[operations|supply chain|procurement]] }
fit:rule "finance"        { points = 8,  when = lead.title:matches [[finance|controller|\bcfo\b]] }
fit:rule "technology"     { points = 6,  when = lead.title:matches [[\bit\b|technology|architect]] }
fit:rule "head"           { points = 10, when = lead.title:has_word { "head", "chief", "vp" } }
fit:rule "assistant"      { points = -10, when = lead.title:has_word { "assistant", "intern" } }
fit:rule "director up"    { points = 15, when = lead.job_level:at_least "director" }
fit:rule "manager"        { points = 8,  when = lead.job_level:is "manager" }
fit:rule "individual"     { points = -5, when = lead.job_level:at_most "individual" }
fit:rule "market"         { points = 15, when = market }
fit:rule "healthcare"     { points = 5,  when = account.industry:is "Healthcare" }
fit:rule "education"      { points = -5, when = account.industry:is "Education" }
fit:rule "right size"     { points = 15, when = account.employees:between(200, 5000) }
fit:rule "large"          { points = 8,  when = account.employees:more_than(5000) }
fit:rule "tiny"           { points = -15, when = account.employees:less_than(20) }
fit:rule "rich"           { points = 10, when = account.revenue:at_least(50e6) }
fit:rule "able"           { points = 5,  when = account.revenue:between(10e6, 50e6) }
fit:rule "core countries" { points = 8,  when = lead.country:one_of { "DE", "US", "GB" } }
fit:rule "same country"   { points = 4,  when = account.country:one_of { "DE", "US" } & lead.country:known() }
fit:rule "good source"    { points = 6,  when = lead.source:one_of { "referral", "partner" } }
fit:rule "advert"         { points = -4, when = lead.source:is "advertisement" & ~lead.job_level:at_least "manager" }

local interest = m:score("interest", { floor = 0, cap = 100 })
interest:rule "reading"        { per_event = { page_view = 1, blog_view = 0.5 }, half_life = "14d", cap = 20,
                                 at_most = { page_view = "3 per 1d", blog_view = "3 per 1d" } }
interest:rule "downloads"      { per_event = { whitepaper = 4, ebook = 4 }, half_life = "21d", cap = 20 }
interest:rule "meetings"       { per_event = { webinar = 6, case_study = 5 }, half_life = "30d", cap = 20 }
interest:rule "mail"           { per_event = { email_open = 0.2, email_click = 1 }, half_life = "7d", cap = 8 }
interest:rule "product"        { per_event = { pricing_view = 8, docs_view = 3 }, half_life = "14d", cap = 30 }
interest:rule "hand raised"    { per_event = { demo_request = 25, trial_start = 15 }, half_life = "30d", cap = 40 }
interest:rule "pricing twice"  { points = 10, when = event.pricing_view:count "30d":at_least(2) }
interest:rule "docs often"     { points = 6,  when = event.docs_view:count "14d":at_least(3) }
interest:rule "clicked lately" { points = 3,  when = event.email_click:seen "7d" }
interest:rule "trial lately"   { points = 10, when = event.trial_start:seen "14d" }
interest:rule "demo lately"    { points = 12, when = event.demo_request:seen "7d" }
interest:rule "webinar month"  { points = 4,  when = event.webinar:seen "30d" }
interest:rule "busy week"      { points = 6,  when = event.any:count "7d":at_least(5) }
interest:rule "busy month"     { points = 4,  when = event.any:count "30d":at_least(12) }
interest:rule "many days"      { points = 8,  when = event.any:distinct_days "30d":at_least(6) }
interest:rule "case and price" { points = 5,  when = event.case_study:seen "60d" & event.pricing_view:seen "60d" }
interest:rule "only mail"      { points = -5, when = event.email_open:seen "30d" & event.page_view:count "30d":at_most(0) }
interest:rule "gone quiet"     { points = -15, when = event.any:days_since():more_than(60) }
interest:rule "long quiet"     { points = -20, when = event.any:days_since():more_than(120) }
interest:rule "binge"          { points = 5,  when = event.page_view:distinct_days "7d":at_least(3) }

m:grade { fit = { A = 60, B = 40, C = 20 }, interest = { ["1"] = 60, ["2"] = 40, ["3"] = 20 } }

m:gate "nurture"      { criteria = { company = market, title = lead.title:known() } }
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(40) | event.demo_request:seen "7d" } }
m:gate "sales_ready"  { criteria = { fit = m.fit:at_least(40), interest = m.interest:at_least(60),
                                     size = account.employees:at_least(50) } }
return m
