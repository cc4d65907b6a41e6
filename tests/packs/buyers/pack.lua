-- What is known of buyers, told by facts of every kind: the library's profiles, buying models, evidence and overshoot.
local pack = require "assay.pack"
local buying, overshoot = require "assay.buying", require "assay.overshoot"

local answers = { buying_phase = buying.question "four_stages" }
for name, question in pairs(overshoot.answers) do answers[name] = question end

return pack "buyers" {
  owner   = "revops@ours.example",
  buyers  = { why = "Batteries die on the road.", who = "Drivers, and whoever pays for them.", how = "They ask a colleague and buy.",
              what = "How long it lasts." },
  fields  = { lead = { title = "text" }, account = { revenue = "money" } },
  answers = answers,
  events  = {
    page_view = { by = "buyer", intent = "content" }, webinar = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" }, pricing_request = { by = "buyer", intent = "hand_raise" },
    survey = { by = "buyer", properties = { outcome = { type = "text", required = true }, grade = "integer" } },
  },
  rules   = { "rules" },
}
