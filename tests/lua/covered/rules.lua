local q = require "assay.qualification"
local lead, account, event = q.lead, q.account, q.event
local m = q.model "covered"
local fit = m:score("fit", {})
fit:rule "big" { points = 40, when = account.employees:at_least(10) }
fit:rule "software" { points = 30, when = account.industry:is "Software" }
m:gate "nurture" { criteria = { size = account.employees:between(5, 500) & ~lead.email:is_freemail() } }
return m
