-- Inbound: people who find us. From the first download to an opportunity in the forecast.
local pack = require "assay.pack"

return pack "inbound" {
  owner     = "revops@ours.example",
  buyers    = {
    why  = "Planning by hand costs each planner a day a week, and one wrong order costs more than a year of planning software.",
    who  = "Operations feels it, procurement and finance pay, IT has to run it: three to seven people.",
    how  = "They read for months, compare three suppliers within weeks, and decide when a year's budget is made.",
    what = "What waiting costs, that it works with their systems, who else did it, and when it has paid for itself.",
  },
  labels    = { worth_a_call = "MQL", sales_ready = "SAL", opportunity = "SQL" },
  fields = {
    lead = {
      title = "text", job_level = "choice", timezone = "text", country = "text", group_role = "choice",
      source = "text", product_interest = "choices",
    },
    account = {
      industry = "text", employees = "integer", revenue = "money", type = "choice", country = "text",
      do_not_contact = "boolean",
    },
  },
  answers = {
    need         = { ask = "Which problem would you solve first?",
                     values = { "none", "acknowledged", "confirmed" } },
    buying_role  = { ask = "What part do you play in the decision?",
                     values = { "none", "uses", "influences", "decides" } },
    evaluating   = { ask = "Are you comparing solutions today?", type = "boolean" },
    priority     = { ask = "Is this among this year's priorities?", type = "boolean" },
    process      = { ask = "How will the decision be made?", type = "text", scope = "account" },
    decision_by  = { ask = "By when will you decide?", type = "date", scope = "account" },
    planning_today  = { ask = "How do you plan today, and where does it break?", type = "text" },
    cost_of_waiting = { ask = "What does another year of planning by hand cost you?", type = "text" },
    systems         = { ask = "Which systems must planning work with?", type = "text" },
    time_to_value   = { ask = "How soon must a first plan run?", type = "text" },
    payback         = { ask = "When must planning software have paid for itself?", type = "text" },
    rollout         = { ask = "Who has to change how they work, and who leads it?", type = "text" },
    funds_access = { ask = "Can the group get the money?", type = "boolean", scope = "account" },
    funds_commit = { ask = "Can it commit the money when it decides?", type = "boolean", scope = "account" },
  },
  events = {
    page_view       = { by = "buyer", intent = "content" },
    whitepaper      = { by = "buyer", intent = "content" },
    ebook           = { by = "buyer", intent = "content" },
    webinar         = { by = "buyer", intent = "content" },
    case_study      = { by = "buyer", intent = "content" },
    pricing_view    = { by = "buyer", intent = "product" },
    trial_start     = { by = "buyer", intent = "product" },
    demo_request    = { by = "buyer", intent = "hand_raise" },
    contact_request = { by = "buyer", intent = "hand_raise" },
  },
  feeds = { web = { events = { "page_view", "pricing_view" }, fresh = "2d" } },
  lists = { competitors = "lists/competitors.txt", dach = "lists/dach.txt" },
  rules = { "qualification", "nurturing", "routing" },
}
