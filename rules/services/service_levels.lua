-- What the practice owes: to who asks for a talk, a word within two hours; to those whose challenge was understood, an answer
-- within a working day, or its lead hears of it.
local s = require "assay.service_levels"
local event = s.event

s.business_hours { from = "08:30", to = "17:00", timezone = "Europe/Berlin", dates = "lists/holidays.csv", country = "DE" }

s.agreement "a word to who asks" {
  start = event.contact_request, stop = event.sales_touch,
  within = "2 business hours", warn = "50%", breach = { notify = "practice lead" },
}
s.agreement "answer what was understood" {
  start = event.handoff, stop = { event.handoff_accepted, event.handoff_rejected },
  within = "1 business day", warn = "50%", breach = { notify = "practice lead" },
}
