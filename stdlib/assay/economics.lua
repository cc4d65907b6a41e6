---Economics: what enabling sales costs, what leaving it costs, and whether a plan is worth its money. All amounts are of one
---currency. What others published comes from `score.benchmark`; a team's own figure takes its place wherever it has one.
---
---```lua
---local economics = require "assay.economics"
---local wasted = economics.poor_enablement(1e9).wasted
---```
local declare = require "assay.declare"
local score = require "assay.score"

local economics = {}

local function fail(format, ...) error(format:format(...), 3) end

local function amount(value, name)
  if type(value) ~= "number" or value ~= value or value < 0 or value == math.huge then
    fail("%s must be an amount of 0 or more", name)
  end
  return value
end

---What supporting so many sales reps costs a year: with people, activities and processes.
---
---```lua
---local economics = require "assay.economics"
---local a_year = economics.enablement_cost(40)          -- as published
---local our_own = economics.enablement_cost(40, 90000)  -- what a rep costs us
---```
---@param reps integer how many
---@param per_rep? number a year; what was published when left out
---@return number
function economics.enablement_cost(reps, per_rep)
  if math.type(reps) ~= "integer" or reps < 0 then fail "reps must be a whole number of 0 or more" end
  return reps * amount(per_rep or score.benchmark("support_per_rep").figures[1], "per_rep")
end

---What a company loses by enabling its sales badly, by its yearly revenue: what is wasted in sales and marketing, and what is lost
---in opportunities. Published for a company of a billion, and taken in proportion for others.
---
---```lua
---local economics = require "assay.economics"
---local lost = economics.poor_enablement(250e6).lost
---```
---@param revenue number a year
---@return { wasted: number, lost: number }
function economics.poor_enablement(revenue)
  local shares = score.benchmark("poor_enablement").figures
  amount(revenue, "revenue")
  return { wasted = revenue * shares[1] / 100, lost = revenue * shares[2] / 100 }
end

---@class assay.DelayInputs
---@field benefits table<string, number> what each improvement brings over the horizon, by name
---@field costs number what they cost over the horizon
---@field months? number until they are in place; 0 when left out
---@field horizon? number months that benefits and costs are of; 12 when left out

---What a month's delay costs: the benefits of a month, less its costs (`score.cost_of_delay`), from named benefits.
---
---```lua
---local economics = require "assay.economics"
---local a_month = economics.cost_of_delay { benefits = { labour = 46791, scrap = 25000 }, costs = 50000, months = 1 }
---```
---@param inputs assay.DelayInputs
---@return number per_month, table parts
function economics.cost_of_delay(inputs)
  declare.closed(inputs, "a cost of delay", { "benefits", "costs" }, { "months", "horizon" })
  if type(inputs.benefits) ~= "table" then fail "benefits must be a table of amounts" end
  local sum = 0
  for name, value in pairs(inputs.benefits) do
    if type(value) ~= "number" then fail("benefit %s must be an amount", tostring(name)) end
    sum = sum + value
  end
  return score.cost_of_delay(sum, amount(inputs.costs, "costs"), inputs.months, inputs.horizon)
end

local MATERIAL_COSTS <const> = { "request", "obsolescence", "customisation", "inventory" }

---The inputs of a cost of delay for a better supply chain of marketing materials: each of its four costs (answering a `request`,
---`obsolescence` of what is thrown away, `customisation` for the customer, `inventory`) as it is `now` and as it would be `after`
---gives a saving, and revenue that better materials bring stands beside the savings.
---
---```lua
---local economics = require "assay.economics"
---local inputs = economics.materials {
---  request = { now = 60000, after = 20000 }, obsolescence = { now = 45000, after = 5000 },
---  revenue = { ["shorter sales cycle"] = 30000 }, costs = 50000, months = 2,
---}
---local a_month = economics.cost_of_delay(inputs)
---```
---@param given { request?: { now: number, after: number }, obsolescence?: { now: number, after: number }, customisation?: { now: number, after: number }, inventory?: { now: number, after: number }, revenue?: table<string, number>, costs: number, months?: number, horizon?: number }
---@return assay.DelayInputs
function economics.materials(given)
  declare.closed(given, "a supply of materials", { "costs" }, { "revenue", "months", "horizon", table.unpack(MATERIAL_COSTS) })
  local benefits = {}
  for _, name in ipairs(MATERIAL_COSTS) do
    local cost = given[name]
    if cost ~= nil then
      declare.closed(cost, name, { "now", "after" })
      benefits[name] = amount(cost.now, name .. ".now") - amount(cost.after, name .. ".after")
    end
  end
  for name, value in pairs(given.revenue or {}) do
    if benefits[name] ~= nil then fail('"%s" stands among the savings already', name) end
    benefits[name] = amount(value, "revenue." .. tostring(name))
  end
  return { benefits = benefits, costs = given.costs, months = given.months, horizon = given.horizon }
end

---Whether the plan of an account is worth its money: its cost may be at most a share of what the account is expected to bring, that
---is, its value by the chance to win it. Gives whether it may, and why.
---
---```lua
---local economics = require "assay.economics"
---local worth_it, why = economics.plan { cost = 12000, value = 800e3, chance = 0.2, share = 0.05 }
---```
---@param given { cost: number, value: number, chance?: number, share: number }
---@return boolean allowed, string why
function economics.plan(given)
  declare.closed(given, "a plan", { "cost", "value", "share" }, { "chance" })
  local cost, value = amount(given.cost, "cost"), amount(given.value, "value")
  local chance, share = given.chance or 1, given.share
  for name, of in pairs { chance = chance, share = share } do
    if type(of) ~= "number" or not (of >= 0 and of <= 1) then fail("%s must be between 0 and 1", name) end
  end
  local most = value * chance * share
  local why = ("it costs %.2f; %g %% of the %.2f to expect are %.2f"):format(cost, share * 100, value * chance, most)
  return cost <= most, why
end

return economics
