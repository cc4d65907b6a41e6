---Effects: what entering a stage, or a step of a track, asks of the outside. They are values: the host keeps them with the
---decision that asked for them, once, and `assay deliver` sends them. Nothing is sent while rules decide. Values of `data` and
---`set` are texts, numbers, booleans, facts such as `lead.title`, scores such as `m.fit`, or functions of the lead.
local declare = require "assay.declare"

---@class assay.Effects : assay.Facts
local effects = {}
for name, value in pairs(require "assay.facts") do effects[name] = value end

---@class assay.On
effects.on = {}

---When a lead enters a stage. The effects are made once with that decision: a changed rule asks for nothing again.
---
---```lua
---on.enter "sales_ready" { effect.task "call today" { role = "sdr", due = "4h" } }
---```
---@type fun(stage: string): fun(options: assay.OnEnterOptions)
effects.on.enter = declare.on_enter

---@class assay.EffectWords
effects.effect = {}

---A message to a destination, with the data that it names.
---
---```lua
---on.enter "worth_a_call" { effect.webhook "interested" { to = "crm", data = { title = lead.title } } }
---```
---@type fun(name: string): fun(options: assay.WebhookOptions): assay.Effect
effects.effect.webhook = declare.effect_webhook

---A person does something: it stands in `assay next` and, with `to`, goes to a destination as well.
---
---```lua
---on.enter "worth_a_call" {
---  effect.task "call back" { role = "sdr", text = function(l) return "call " .. (l.first_name or "the lead") end },
---}
---```
---@type fun(what: string): fun(options: assay.TaskOptions): assay.Effect
effects.effect.task = declare.effect_task

---The hand-off to sales, told to another system: owner, grade and scores. Only on entering sales_ready.
---
---```lua
---on.enter "sales_ready" { effect.handoff "to the CRM" { to = "crm" } }
---```
---@type fun(name: string): fun(options: assay.HandoffOptions): assay.Effect
effects.effect.handoff = declare.effect_handoff

---Membership of a list elsewhere. Nobody joins one against consent or a `never` of any pack.
---
---```lua
---on.enter "nurture" { effect.list "newsletter" { to = "crm", data = { email = lead.email } } }
---```
---@type fun(list: string): fun(options: assay.ListOptions): assay.Effect
effects.effect.list = declare.effect_list

---Fields of the CRM's record.
---
---```lua
---on.enter "sales_ready" { effect.update "status" { to = "crm", set = { Lead_Status__c = "SAL" } } }
---```
---@type fun(name: string): fun(options: assay.UpdateOptions): assay.Effect
effects.effect.update = declare.effect_update

return effects
