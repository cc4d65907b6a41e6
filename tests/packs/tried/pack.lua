-- Tracks on trial of every kind that there is, and watched words, for the twins.
return require "assay.pack" "tried" {
  owner  = "revops@ours.example",
  fields = {
    lead    = { title = "text", country = "text" },
    account = { industry = "text", employees = "integer", do_not_contact = "boolean" },
  },
  answers = { need = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } } },
  events = {
    page_view    = { by = "buyer", intent = "content" }, whitepaper   = { by = "buyer", intent = "content" },
    webinar      = { by = "buyer", intent = "content" }, case_study   = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" }, demo_request = { by = "buyer", intent = "hand_raise" },
  },
  rules = { "rules" },
}
