local q = require "assay.qualification"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "faulty"
local fit = m:score("fit", { floor = 0, cap = 100 })
fit:rule "small and large" { points = 40, when = account.employees:at_most(100) & account.employees:at_least(500) }
fit:rule "title"           { points = 30, when = lead.title:known() }
fit:rule "talks"           { points = function(l)
  if l.titel then return l:events("webinars", "7d"):count() end
end, cap = 10 }

m:gate "nurture"     { criteria = { need = answer.need:known() } }
m:gate "sales_ready" { criteria = { fit = m.fit:at_least(50), seen = event.webinar:seen "7d" | event.webinar:seen "30d" } }
return m
