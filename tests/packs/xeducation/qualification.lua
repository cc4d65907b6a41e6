local q = require "assay.qualification"
local lead = q.lead

local m = q.model "enrolment"

local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "asked by a person"  { points = 45, when = lead.origin:is "Lead Add Form",
                                reason = "Filled in by staff or a friend: somebody asked." }
fit:rule "recommended"        { points = 15, when = lead.source:one_of { "Reference", "Welingak Website" } }
fit:rule "says what to study" { points = 20, when = lead.specialization:known() }
fit:rule "chatted"            { points = 5, when = lead.source:is "Olark Chat" }
fit:rule "read for long"      { points = 40, when = lead.seconds_on_site:at_least(800) }
fit:rule "read for a while"   { points = 15, when = lead.seconds_on_site:between(400, 799) }
fit:rule "looked in"          { points = -10, when = lead.seconds_on_site:between(1, 399) }
fit:rule "no mail please"     { points = -20, when = lead.do_not_email:is_true() }

m:grade { fit = { A = 60, B = 40, C = 15 } }
m:gate "nurture" { criteria = { reachable = ~lead.do_not_call:is_true(), interest = m.fit:at_least(15) } }
m:gate "worth_a_call" { criteria = { fit = m.fit:at_least(60) } }
return m
