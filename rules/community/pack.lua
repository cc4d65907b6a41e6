-- Community: people who help each other with what our product is for. Some of them become buyers; nobody is sold to for talking.
local pack = require "assay.pack"

return pack "community" {
  owner  = "community@ours.example",
  labels = { nurture = "member", worth_a_call = "asks us", sales_ready = "wants to talk", opportunity = "project" },
  buyers = {
    why  = "Something that every member does by hand breaks, and another member tells how they got rid of it.",
    who  = "The member who suffers, whoever that member has to convince, and who keeps the systems: two to five people.",
    how  = "They read for a year, ask twice, try it on a Sunday, and ask other members before they ask us.",
    what = "That members like them use it, what they would do again, and that we answer when it breaks.",
  },
  fields = {
    lead    = { title = "text", group_role = "choice", timezone = "text", country = "text" },
    account = { employees = "integer", do_not_contact = "boolean" },
  },
  answers = {
    need         = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } },
    buying_role  = { ask = "What part do you play in the decision?", values = { "none", "uses", "influences", "decides" } },
    evaluating   = { ask = "Are you comparing ways to do it today?", type = "boolean" },
    tried_alone  = { ask = "How far did you get without us?", type = "text" },
    who_else     = { ask = "Who else of yours would use it?", type = "text" },
    works_with   = { ask = "What must it work with?", type = "text" },
    first_proof  = { ask = "What would you show your colleagues first?", type = "text" },
    worth        = { ask = "What is an hour less of it worth to you?", type = "text" },
    goes_live    = { ask = "When should the first team use it?", type = "text" },
    process      = { ask = "How will it be decided?", type = "text", scope = "account" },
    funds_access = { ask = "Is there money for a first team?", type = "boolean", scope = "account" },
    decision_by  = { ask = "By when will you decide?", type = "date", scope = "account" },
  },
  events = {
    trial_start     = { by = "buyer", intent = "product" },
    pricing_view    = { by = "buyer", intent = "product" },
    contact_request = { by = "buyer", intent = "hand_raise" },
  },
  rules = { "qualification", "nurturing" },
}
