---Effects: what entering a stage, or a step of a track, asks of the outside. They are values: the host keeps them with the
---decision that asked for them, once, and `assay deliver` sends them. Nothing is sent while rules decide.
local declare = require "assay.declare"

local effects = {}

---@type assay.Lead
effects.lead = declare.lead
---@type assay.Account
effects.account = declare.account
---@type assay.Events
effects.event = declare.event
---@type assay.Answers
effects.answer = declare.answer

---When something happens to a lead: `on.enter "sales_ready" { effect.task "call today" { role = "sdr", due = "4h" } }`.
effects.on = {
  ---@type fun(stage: string): fun(effects: table)
  enter = declare.on_enter,
}

---What can be asked for. Values of `data` and `set` are texts, numbers, booleans, facts such as `lead.title`, scores such
---as `m.fit`, or functions of the lead.
effects.effect = {
  ---A message to a destination: `effect.webhook "ready" { to = "crm", data = { title = lead.title } }`.
  ---@type fun(name: string): fun(options: table): assay.Effect
  webhook = declare.effect_webhook,
  ---A person does something: `effect.task "call today" { role = "sdr", due = "4h" }`.
  ---@type fun(what: string): fun(options: table): assay.Effect
  task = declare.effect_task,
  ---The hand-off, told to another system: `effect.handoff "to the CRM" { to = "crm" }`.
  ---@type fun(name: string): fun(options: table): assay.Effect
  handoff = declare.effect_handoff,
  ---Membership of a list elsewhere: `effect.list "webinar invitations" { to = "mailer", data = { email = lead.email } }`.
  ---@type fun(list: string): fun(options: table): assay.Effect
  list = declare.effect_list,
  ---Fields of the CRM's record: `effect.update "status" { to = "crm", set = { Lead_Status__c = "SAL" } }`.
  ---@type fun(name: string): fun(options: table): assay.Effect
  update = declare.effect_update,
}

effects.all_of = declare.all_of
effects.any_of = declare.any_of
effects.at_least = declare.at_least
effects.first_known = declare.first_known

return effects
