---Nurturing: what is sent to whom while nobody sells yet, and how often a person may be contacted at all.
local declare = require "assay.declare"

local nurturing = {}

---@type assay.Lead
nurturing.lead = declare.lead
---@type assay.Account
nurturing.account = declare.account
---@type assay.Events
nurturing.event = declare.event
---@type assay.Answers
nurturing.answer = declare.answer

---A kind of buyer: `n.persona "operations leader" { when = lead.title:matches "operations|supply" }`. The first that holds counts.
---@type fun(name: string): fun(options: { when: assay.Condition })
nurturing.persona = declare.persona
---How often and when a person may be contacted. It binds all packs, the strictest first.
---@type fun(options: table)
nurturing.contact_policy = declare.contact_policy
---Whom never to contact, by channel: `n.never { email = lead.bounced_hard:is_true(), any = account.do_not_contact:is_true() }`.
---@type fun(conditions: table<string, assay.Condition>)
nurturing.never = declare.never
---The consent a touch needs, by country: `n.consent { country = { US = "opt_out" }, unknown = "double_opt_in" }`.
---@type fun(options: { country: table<string, string>, unknown: string })
nurturing.consent = declare.consent
---A sequence of steps: `n.track "the cost of waiting" { persona = "…", n.step …, n.step … }`.
---@type fun(name: string): fun(options: table)
nurturing.track = declare.track
---One touch of a track: content, or a task for a person.
---@type fun(name: string): fun(options: table): assay.Step
nurturing.step = declare.step
---What a person does: `task = n.human "call with the discovery questions"`.
---@type fun(what: string): assay.Human
nurturing.human = declare.human

nurturing.all_of = declare.all_of
nurturing.any_of = declare.any_of
nurturing.at_least = declare.at_least
nurturing.first_known = declare.first_known

return nurturing
