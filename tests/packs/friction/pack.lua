-- What slows a buyer, told by facts of every kind: the library's diagnosis and its remedies.
local pack = require "assay.pack"
local friction = require "assay.friction"

return pack "friction" {
  owner  = "revops@ours.example",
  fields = {
    lead    = { title = "text", group_role = "choice" },
    account = { industry = "text", employees = "integer", marketing_owner = "user", sales_owner = "user",
                spending_freeze = "boolean", new_management = "boolean" },
  },
  answers = {
    urgency      = { ask = "What happens if nothing changes?", type = "text", scope = "account" },
    improvement  = { ask = "What would be better afterwards?", type = "text", scope = "account" },
    fears        = { ask = "What could go wrong?", values = { "none", "some", "many" }, scope = "account" },
    returns      = { ask = "What return do you expect?", type = "money", scope = "account" },
    effects      = { ask = "Whose work changes, and how?", type = "text", scope = "account" },
    build_itself = { ask = "Would you build it yourselves?", type = "boolean", scope = "account" },
    concerns     = { ask = "Who has to agree, and what worries them?", type = "text", scope = "account" },
    not_talking  = friction.not_talking,
  },
  events = { page_view = { by = "buyer", intent = "content" }, sales_mail = { by = "seller" } },
  rules  = { "rules" },
}
