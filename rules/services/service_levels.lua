-- What the practice owes those whose challenge was understood: an answer within a working day, or its lead hears of it.
local s = require "assay.service_levels"
local event = s.event

s.business_hours { from = "08:30", to = "17:00", timezone = "Europe/Berlin" }

s.agreement "answer what was understood" {
  start = event.handoff, stop = { event.handoff_accepted, event.handoff_rejected },
  within = "1 business day", warn = "50%", breach = { notify = "practice lead" },
}
