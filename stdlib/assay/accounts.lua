---Account plans: which accounts are a market of their own, and what is done for each.
local declare = require "assay.declare"

---@class assay.Accounts : assay.Facts
local accounts = {}
for name, value in pairs(require "assay.facts") do accounts[name] = value end

---Divides accounts into "abm", "targeted" and "mass" by value and diversity of needs; rules read it as `account.segment:is "abm"`.
---
---```lua
---abm.segment {
---  value = abm.first_known { account.lifetime_value, account.potential_value }, diversity = account.need_diversity,
---  very_high_value = 500e3, low_value = 50e3, homogeneous = 0.3,
---}
---```
---@type fun(options: assay.SegmentOptions)
accounts.segment = declare.segment

---A level of effort, with room for so many accounts. The first that holds counts.
---
---```lua
---abm.tier "one to one" { when = account.employees:at_least(5000), at_most = 20 }
---```
---@type fun(name: string): fun(options: assay.TierOptions)
accounts.tier = declare.tier

---What the plan of one account is made of: owners, the buying group it needs, a budget, plays.
---
---```lua
---abm.template "market of one" {
---  when = account.employees:at_least(5000), group = { economic = 1, technical = 1, user = 2 },
---  abm.play "map the buying group" {
---    when = account.group:coverage():less_than(1), task = abm.human "get introduced to the missing roles", due = "14d",
---  },
---}
---```
---@type fun(name: string): fun(options: assay.TemplateOptions)
accounts.template = declare.template

---One thing that a plan holds: a task or content, open while its condition holds.
---
---```lua
---abm.template "reference" {
---  when = account.name:known(),
---  abm.play "ask for a reference" { when = account.group:size():at_least(3), task = abm.human "ask the sponsor", due = "30d" },
---}
---```
---@type fun(name: string): fun(options: assay.PlayOptions): assay.Play
accounts.play = declare.play

---What a person does.
---
---```lua
---abm.template "visit" {
---  when = account.name:known(), abm.play "meet" { when = account.name:known(), task = abm.human "visit the plant", due = "14d" },
---}
---```
---@type fun(what: string): assay.Human
accounts.human = declare.human

---Content made for this account alone.
---
---```lua
---abm.template "model" {
---  when = account.name:known(), abm.play "cost" { when = account.name:known(), content = abm.unique "cost-of-delay-model" },
---}
---```
---@type fun(key: string): assay.Unique
accounts.unique = declare.unique

local PARTS <const> = { "returns", "risk", "choice" }
local SHOWN <const> = { returns = "an attractive return", risk = "a small risk", choice = "the best choice" }

---The three things that a buyer has to be shown before paying: that the return is attractive, that the risk is small, and that this
---is the best choice. A plan has all three or none: each is content made for the account, or the key of content for all, and
---becomes a play, open while `when` holds (always when left out). Put it last among the plays.
---
---```lua
---abm.template "market of one" {
---  when = account.name:known(),
---  table.unpack(abm.value_case { returns = abm.unique "roi-model", risk = "reference-visits", choice = "comparison-of-offers" }),
---}
---```
---@param parts { returns: string|assay.Unique, risk: string|assay.Unique, choice: string|assay.Unique, when?: assay.Condition }
---@return assay.Play[]
function accounts.value_case(parts)
  declare.closed(parts, "the value case", PARTS, { "when" })
  local plays = {}
  for i, part in ipairs(PARTS) do
    plays[i] = declare.play("value case: " .. SHOWN[part]) { when = parts.when, content = parts[part], role = "marketing" }
  end
  return plays
end

return accounts
