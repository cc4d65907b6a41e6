-- A pack for a real export: an online school's 9,240 leads. Uses only what is known when the lead is captured;
-- the columns that leak the outcome (tags, quality, last activity …) are not even fields.
local pack = require "assay.pack"

return pack "xeducation" {
  owner = "tests",
  fields = {
    lead = {
      origin = { type = "choice", values = { "API", "Landing Page Submission", "Lead Import", "Quick Add Form", "Lead Add Form" } },
      source = "text", specialization = "text", heard_from = "text", city = "text",
      do_not_email = "boolean", do_not_call = "boolean", wants_free_copy = "boolean",
      visits = "integer", seconds_on_site = "integer", pages_per_visit = "number",
      converted = "boolean",
    },
  },
  rules = { "qualification" },
}
