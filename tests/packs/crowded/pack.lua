-- More leads than sales has room for, and than anybody is free to own, for the twins.
return require "assay.pack" "crowded" {
  owner    = "revops@ours.example",
  capacity = { sales_ready = { most = "2 per 4d" } },
  fields   = { lead = { title = "text", country = "text" }, account = { country = "text" } },
  answers  = { need = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } } },
  events   = {
    page_view    = { by = "buyer", intent = "content" }, whitepaper   = { by = "buyer", intent = "content" },
    webinar      = { by = "buyer", intent = "content" }, case_study   = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" }, demo_request = { by = "buyer", intent = "hand_raise" },
  },
  rules = { "rules" },
}
