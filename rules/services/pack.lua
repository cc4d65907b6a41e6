-- Services: a team that sells its people's work. It listens first: a lead is ready when a challenge has been understood.
local pack = require "assay.pack"
local buying = require "assay.buying"

return pack "services" {
  owner  = "practice@ours.example",
  labels = { worth_a_call = "engaged", sales_ready = "understood", opportunity = "engagement" },
  buyers = {
    why  = "A project is late, a system is at its end, or an audit is near, and their own people are busy or have never done it.",
    who  = "Whoever owns the problem, whoever runs the systems, and finance from 50,000 on; seldom fewer than three people.",
    how  = "They ask whom they know, read how others did it, talk with two or three firms, and begin with a small piece of work.",
    what = "That we have done it before, for a company like theirs; who comes; what it costs if it takes longer.",
  },
  fields = {
    lead    = {
      title = "text", job_level = "choice", group_role = "choice", campaign_area = "choice", timezone = "text", country = "text",
    },
    account = { industry = "text", employees = "integer", do_not_contact = "boolean" },
  },
  answers = {
    buying_phase = buying.question "four_stages",
    need         = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } },
    buying_role  = { ask = "What part do you play in the decision?", values = { "none", "uses", "influences", "decides" } },
    decision_by  = { ask = "By when do you have to decide?", type = "date", scope = "account" },
    funds_access = { ask = "Is there money for a first piece of work?", type = "boolean", scope = "account" },
    process      = { ask = "How will the decision be made?", type = "text", scope = "account" },
    own_people   = { ask = "Which of your own people can take part, and for how long?", type = "text", scope = "account" },
    tried_before    = { ask = "What have you tried, and where did it stop?", type = "text" },
    cost_of_waiting = { ask = "What happens if nothing is done for a year?", type = "text" },
    good_result     = { ask = "By what would you see in two weeks that it was worth it?", type = "text" },
    must_not_break  = { ask = "What must not stop while we work?", type = "text" },
    who_accepts     = { ask = "Who says that the work is done?", type = "text" },
    begin_by        = { ask = "By when must the first people come?", type = "date" },
  },
  events = {
    article_view    = { by = "buyer", intent = "content", properties = { area = "text" } },
    webinar         = { by = "buyer", intent = "content" },
    case_study      = { by = "buyer", intent = "content" },
    reference       = { by = "buyer", intent = "content" },
    team_view       = { by = "buyer", intent = "product", text = "Looked at who would come." },
    contact_request = { by = "buyer", intent = "hand_raise" },
  },
  lists = { industries = "lists/industries.txt", competitors = "lists/competitors.txt" },
  rules = { "qualification", "nurturing", "routing", "service_levels" },
}
