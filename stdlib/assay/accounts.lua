---Account plans: which accounts are a market of their own, and what is done for each.
local declare = require "assay.declare"

local accounts = {}

---@type assay.Lead
accounts.lead = declare.lead
---@type assay.Account
accounts.account = declare.account
---@type assay.Events
accounts.event = declare.event
---@type assay.Answers
accounts.answer = declare.answer

---Divides accounts into "abm", "targeted" and "mass" by value and diversity of needs; read it as `account.segment:is "abm"`.
---@type fun(options: table)
accounts.segment = declare.segment
---A level of effort, with room for so many: `abm.tier "one to one" { when = …, at_most = 20 }`. The first that holds counts.
---@type fun(name: string): fun(options: { when: assay.Condition, at_most: integer? })
accounts.tier = declare.tier
---What the plan of one account is made of: owners, the buying group it needs, a budget, plays.
---@type fun(name: string): fun(options: table)
accounts.template = declare.template
---One thing that a plan holds: a task or content, open while its condition holds.
---@type fun(name: string): fun(options: table): assay.Play
accounts.play = declare.play
---What a person does: `task = abm.human "get introduced to the missing roles"`.
---@type fun(what: string): assay.Human
accounts.human = declare.human
---Content made for this account alone: `content = abm.unique "cost-of-delay-model"`.
---@type fun(key: string): assay.Unique
accounts.unique = declare.unique
---The first of the facts that is known: `abm.first_known { account.lifetime_value, account.potential_value }`.
---@type fun(facts: assay.Fact[]): assay.Fact
accounts.first_known = declare.first_known

accounts.all_of = declare.all_of
accounts.any_of = declare.any_of
accounts.at_least = declare.at_least

return accounts
