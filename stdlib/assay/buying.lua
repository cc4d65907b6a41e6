---Buying: the model of how buyers buy that a team works with. Which stages there are is chosen; what shows that a buyer has come
---to one is said by the pack, from what buyers do and say. Stages may be skipped, and a buyer whose signs fade goes back.
---
---```lua
---local buying = require "assay.buying"
---local stage = buying.process(m, "four_stages", {
---  awareness = event.any:seen "180d", consideration = event.webinar:seen "90d",
---  evaluation = event.pricing_view:seen "60d", purchase = event.pricing_request:seen "30d",
---})
---m:gate "worth_a_call" { criteria = { stage = stage.at_least "consideration" } }
---```
local buying = {}

---The models to choose from, each with its stages in order and the phase of nurturing that each belongs to.
---@type table<string, { name: string, phase: "discovery"|"consideration"|"decision" }[]>
buying.models = {
  four_stages = {
    { name = "awareness", phase = "discovery" },
    { name = "consideration", phase = "consideration" },
    { name = "evaluation", phase = "consideration" },
    { name = "purchase", phase = "decision" },
  },
  six_steps = {
    { name = "loosening of the status quo", phase = "discovery" },
    { name = "committing to change", phase = "discovery" },
    { name = "exploring possible solutions", phase = "consideration" },
    { name = "committing to a solution", phase = "consideration" },
    { name = "justifying the decision", phase = "decision" },
    { name = "making the selection", phase = "decision" },
  },
}

---A question for `answers` in pack.lua: which stage the buyer says to be at. What is stated decides the phase of nurturing, too.
---
---```lua
---return require "assay.pack" "trial" {
---  owner = "x", answers = { buying_phase = require("assay.buying").question "four_stages" }, rules = {},
---}
---```
---@param model "four_stages"|"six_steps"
---@return { ask: string, values: string[] }
function buying.question(model)
  local stages, values = buying.models[model], {}
  if not stages then error(('there is no model "%s" of buying: they are four_stages and six_steps'):format(model), 2) end
  for i, stage in ipairs(stages) do values[i] = stage.name end
  return { ask = "How far are you with this decision?", values = values }
end

-- Fails at the line of the pack that called.
local function fail(format, ...) error(format:format(...), 3) end

local function places_of(name)
  local stages, places, names = buying.models[name], {}, {}
  if not stages then fail('there is no model "%s" of buying: they are four_stages and six_steps', tostring(name)) end
  for i, stage in ipairs(stages) do places[stage.name], names[i] = i, stage.name end
  return places, table.concat(names, ", ")
end

---Declares the score "buying_stage": how far the buyer is, 1 for the first stage of the model; 0 when nothing shows any. A later
---stage counts without the earlier ones. `signs` are the conditions by stage; a stage without one is never shown.
---
---An answer that nobody gave leaves the stage open. Where no answer means no sign, say so: `answer.need:known() &
---answer.need:acknowledged()`.
---
---What comes back has two functions of a stage's name, `is` and `at_least`, that give conditions.
---
---```lua
---local buying = require "assay.buying"
---local stage = buying.process(m, "six_steps", { ["committing to change"] = answer.need:acknowledged() })
---n.track "help with the change" {
---  when = stage.is "committing to change", n.step "a guide" { content = "change-guide", wait = "3d" },
---}
---```
---@param model assay.Model
---@param name "four_stages"|"six_steps"
---@param signs table<string, assay.Condition>
---@return { is: (fun(stage: string): assay.Condition), at_least: (fun(stage: string): assay.Condition) }
function buying.process(model, name, signs)
  local places, names = places_of(name)
  for stage in pairs(signs) do
    if not places[stage] then fail('model "%s" of buying has no stage "%s": it has %s', name, stage, names) end
  end
  local score = model:score("buying_stage", {})
  local reached, last
  for i = #buying.models[name], 1, -1 do
    local stage = buying.models[name][i].name
    local sign = signs[stage]
    if sign then reached, last = reached and sign | reached or sign, stage end
    if reached then
      score:rule(stage) { points = 1, when = reached, reason = ("A sign of %s, or of a later stage."):format(last) }
    end
  end
  local function place(stage)
    if not places[stage] then error(('model "%s" of buying has no stage "%s": it has %s'):format(name, stage, names), 3) end
    return places[stage]
  end
  return {
    is = function(stage) return model.buying_stage:is(place(stage)) end,
    at_least = function(stage) return model.buying_stage:at_least(place(stage)) end,
  }
end

return buying
