-- W1: the work that every figure about speed refers to. 20 fit rules, 20 behavioural ones, three gates, two grades.
local pack = require "assay.pack"

return pack "w1" {
  owner = "bench",
  fields = {
    lead    = { title = "text", job_level = "choice", country = "text", source = "text" },
    account = { industry = "text", employees = "integer", revenue = "money", country = "text" },
  },
  events = {
    page_view = { by = "buyer", intent = "content" }, blog_view = { by = "buyer", intent = "content" },
    whitepaper = { by = "buyer", intent = "content" }, ebook = { by = "buyer", intent = "content" },
    webinar = { by = "buyer", intent = "content" }, case_study = { by = "buyer", intent = "content" },
    email_open = { by = "buyer", intent = "content" }, email_click = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" }, docs_view = { by = "buyer", intent = "product" },
    trial_start = { by = "buyer", intent = "product" }, demo_request = { by = "buyer", intent = "hand_raise" },
  },
  rules = { "model" },
}
