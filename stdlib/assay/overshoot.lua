---Overshoot: whether a product is better than anybody wants to pay for. Once performance is acceptable, more of it is worth nothing
---to a buyer who cannot say what it would be good for.
---
---```lua
---local overshoot = require "assay.overshoot"
---return require "assay.pack" "trial" { owner = "x", answers = overshoot.answers, rules = {} }
---```
local declare = require "assay.declare"

local overshoot = {}

---The checklist: four questions to a buyer about performance, each answered yes or no, and the answer that speaks for overshoot.
---@type { name: string, ask: string, sign: boolean }[]
overshoot.questions = {
  { name = "performance_acceptable", sign = true,
    ask = "Is there a level of performance that is good enough, and do you have it today?" },
  { name = "more_creates_value", sign = false,
    ask = "Would more performance, or a new capability, create value for you that means something?" },
  { name = "benefit_put_in_figures", sign = false, ask = "Can you say in figures what more performance would bring you?" },
  { name = "pays_for_more", sign = false, ask = "Would you pay more for it?" },
}

---The four questions for `answers` of pack.lua, as they stand there: by name, yes or no. To have others beside them, copy them into
---the pack's own table.
---@type table<string, { ask: string, type: "boolean" }>
overshoot.answers = {}
local names = {}
for i, question in ipairs(overshoot.questions) do
  overshoot.answers[question.name] = { ask = question.ask, type = "boolean" }
  names[i] = question.name
end

---Declares the score "overshoot", 0 to 4: a point for each answer that says that more performance is not what this buyer needs. A
---question that nobody answered leaves its point open. It reads the answers of `overshoot.answers`, by `answer` of the rule file.
---
---```lua
---local overshoot = require "assay.overshoot"
---overshoot.checklist(m, {
---  performance_acceptable = answer.need:known(), more_creates_value = answer.need:at_least "acknowledged",
---  benefit_put_in_figures = answer.need:is "confirmed", pays_for_more = answer.need:is "confirmed",
---})
---```
---@param model assay.Model
---@param given? table<string, assay.Condition> conditions by question, where a pack has answers of its own
function overshoot.checklist(model, given)
  given = given or {}
  declare.closed(given, "overshoot.checklist", {}, names)
  local score = model:score "overshoot"
  for _, question in ipairs(overshoot.questions) do
    local yes = given[question.name] or declare.answer[question.name]:is_true()
    score:rule(question.name) { points = 1, when = question.sign and yes or ~yes, reason = question.ask }
  end
end

---How many weeks something lasts that is used so much a day: performance in words that mean something to whoever uses it. A battery
---of 215 hours is a number; ten weeks at three hours a day is a benefit.
---
---```lua
---local overshoot = require "assay.overshoot"
---fit:rule "needs no second battery" { points = math.floor(overshoot.weeks(215, 3)), when = lead.title:known() }
---```
---@param hours number how much there is
---@param a_day number how much is used each day
---@return number
function overshoot.weeks(hours, a_day)
  if not (hours >= 0 and a_day > 0) then error("weeks need an amount, and a use of more than 0 a day", 2) end
  return hours / a_day / 7
end

return overshoot
