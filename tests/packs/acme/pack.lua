local pack = require "assay.pack"
return pack "acme" {
  owner     = "revops@acme.example",
  agreement = { marketing = "M. Ruiz", sales = "S. Okafor", review_by = "2027-04-01",
                marketing_sourced_pipeline = { marketing_commits = 0.30, sales_expects = 0.30 } },
  labels    = { worth_a_call = "MQL", sales_ready = "SAL", opportunity = "SQL" },
  fields = {
    lead    = { title = "text", job_level = "choice", timezone = "text", group_role = "choice" },
    account = { industry = "text", employees = "integer", revenue = "money", lifetime_value = "money",
                potential_value = "money", need_diversity = "number", marketing_owner = "user", sales_owner = "user" },
  },
  answers = {
    need        = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } },
    buying_role = { ask = "What part do you play in the decision?", values = { "decides", "influences", "uses", "none" } },
    evaluating  = { ask = "Are you comparing solutions today?", type = "boolean" },
    priority    = { ask = "Is this among this year's priorities?", type = "boolean" },
    urgency     = { ask = "What happens if nothing changes?", type = "text", scope = "account" },
    process     = { ask = "How will the decision be made?", type = "text", scope = "account" },
    decision_by = { ask = "By when will you decide?", type = "date", scope = "account" },
    funds_access = { ask = "Can the group get the money?", type = "boolean", scope = "account" },
    funds_commit = { ask = "Can it commit the money?", type = "boolean", scope = "account" },
  },
  events = {
    page_view    = { by = "buyer", intent = "content" },    whitepaper   = { by = "buyer", intent = "content" },
    webinar      = { by = "buyer", intent = "content" },    case_study   = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" },    demo_request = { by = "buyer", intent = "hand_raise" },
  },
  feeds   = { web = { events = { "page_view", "pricing_view" }, fresh = "2d" } },
  lists   = { competitors = "lists/competitors.txt" },
  permits = { http = { "https://enrich.example/" }, secrets = { "ENRICH_TOKEN" } },
  rules   = { "qualification", "nurturing", "accounts" },
}
