-- Enterprise ABM: accounts worth a plan of their own, their buying groups, and the plays that move them.
local pack = require "assay.pack"

return pack "enterprise-abm" {
  owner     = "abm@ours.example",
  buyers    = {
    why  = "One outage or one recall in a year costs more than the programme; nobody owns it across plants.",
    who  = "A sponsor on the board, whoever runs the plants, IT, legal and procurement: often ten people and more.",
    how  = "A pilot in one plant, a case for the board, a framework contract; seldom within a year.",
    what = "That we know their business, that a peer has done it, and who of ours will stand by it.",
  },
  labels    = { worth_a_call = "engaged", sales_ready = "in conversation", opportunity = "SQL" },
  fields = {
    lead    = { title = "text", job_level = "choice", group_role = "choice" },
    account = {
      industry = "text", employees = "integer", revenue = "money", type = "choice",
      lifetime_value = "money", potential_value = "money", need_diversity = "number",
      marketing_owner = "user", sales_owner = "user", cluster = "text", icp = "number",
      open_tickets = "integer", do_not_contact = "boolean",
    },
  },
  answers = {
    need         = { ask = "Which problem would you solve first?",
                     values = { "none", "acknowledged", "confirmed" } },
    buying_role  = { ask = "What part do you play in the decision?",
                     values = { "none", "uses", "influences", "decides" } },
    urgency      = { ask = "What happens if nothing changes?", type = "text", scope = "account" },
    importance   = { ask = "Is this among this year's three priorities?", type = "boolean", scope = "account" },
    build_itself = { ask = "Would you build it yourselves?", type = "boolean", scope = "account" },
    process      = { ask = "How will the decision be made?", type = "text", scope = "account" },
    decision_by  = { ask = "By when will you decide?", type = "date", scope = "account" },
    funds_access = { ask = "Can the group get the money?", type = "boolean", scope = "account" },
    funds_commit = { ask = "Can it commit the money when it decides?", type = "boolean", scope = "account" },
  },
  events = {
    page_view    = { by = "buyer", intent = "content" },
    whitepaper   = { by = "buyer", intent = "content" },
    webinar      = { by = "buyer", intent = "content" },
    case_study   = { by = "buyer", intent = "content" },
    pricing_view = { by = "buyer", intent = "product" },
    demo_request = { by = "buyer", intent = "hand_raise" },
    intent       = { by = "buyer", intent = "product", properties = { strength = "number" } },
  },
  lists = { industries = "lists/industries.txt", competitors = "lists/competitors.txt" },
  rules = { "qualification", "accounts" },
}
