-- What the team knows of leads and accounts, what it asks them, and what they do.
local pack = require "assay.pack"

return pack "@NAME@" {
  owner  = "revops@ours.example",
  labels = { worth_a_call = "MQL", sales_ready = "SAL", opportunity = "SQL" },
  -- Who stands by these rules. `assay check` says when the review is overdue or the shares are far apart.
  -- agreement = { marketing = "M. Ruiz", sales = "S. Okafor", review_by = "2027-04-01" },
  fields = {
    lead    = { title = "text", job_level = "choice" },
    account = { industry = "text", employees = "integer" },
  },
  answers = {
    need        = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } },
    buying_role = { ask = "What part do you play in the decision?",
                    values = { "none", "uses", "influences", "decides" } },
  },
  events = {
    page_view    = { by = "buyer", intent = "content" },
    whitepaper   = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" },
    demo_request = { by = "buyer", intent = "hand_raise" },
  },
  rules = { "qualification" },
}
