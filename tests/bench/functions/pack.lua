-- The 20 fit rules of W1 as Lua functions: what the escape hatch costs when a team uses nothing else.
local pack = require "assay.pack"

return pack "functions" {
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
