---Friction: what slows a buyer, who of us can do something about it, and what. Four causes lie in how the buyer sees the solution;
---marketing reduces them with content. Four lie in the change that the purchase brings; sales reduces them with the people
---concerned. What lies with neither is told apart and is nobody's fault.
---
---```lua
---local friction = require "assay.friction"
---friction.diagnose(m, { status_quo = answer.need:unknown(), stakeholders = lead.title:unknown() })
---```
---
---A pack says by which facts it recognises each cause. In a model they become rules of one point in the scores
---"solution_friction" and "change_friction", which are explained like all others; in account plans they become plays with their
---remedy, so that `assay plan` shows who has to do what.
local declare = require "assay.declare"
local score = require "assay.score"

local friction = {}

---Whose part each side is.
---@type table<string, string>
friction.owners = { solution = "marketing", change = "sales" }

---The causes in their order: name, side, what the buyer lacks, and the remedy unless a pack has its own: content or a task.
---@type { name: string, side: "solution"|"change", text: string, content?: string, task?: string }[]
friction.causes = {
  { name = "status_quo", side = "solution", content = "cost-of-delay-model",
    text = "The cost of leaving things as they are is not seen: show what each month of waiting costs." },
  { name = "improvement", side = "solution", content = "before-and-after-story",
    text = "How the solution improves things is not understood: show the same work before and after." },
  { name = "risk", side = "solution", content = "risk-and-safeguards-brief",
    text = "The purchase looks risky: show who took the step before, and what guards against failure." },
  { name = "returns", side = "solution", content = "roi-calculator",
    text = "The return is not pictured rightly: work it out with the buyer's own figures." },
  { name = "system", side = "change", task = "go through what changes for people, processes and technology",
    text = "What the change does to people, processes and technology is not understood." },
  { name = "group", side = "change", task = "get introduced to the missing roles",
    text = "Who has to be involved in the decision is not known: the buying group has gaps." },
  { name = "own_means", side = "change", content = "build-or-buy-paper",
    text = "It is thought that own people could build it: compare both ways with all their costs." },
  { name = "stakeholders", side = "change", task = "collect the concerns of everybody who has to agree",
    text = "What those who have to agree are worried about is not known." },
}

---Why a buyer we would like to have does not talk to us at all: a question for `answers` in pack.lua, asked of those who work the
---account. Its three answers are three different jobs: be heard of, be credible, be there earlier.
---@type { ask: string, values: string[] }
friction.not_talking = {
  ask = "Why is this buyer not talking to us?",
  values = { "never_heard_of_us", "not_thought_viable", "field_narrowed_without_us" },
}

local names = { "outside" }
for _, cause in ipairs(friction.causes) do names[#names + 1] = cause.name end

-- Conditions by cause: each a condition, or a table with `when` and a remedy of the pack's own.
local function check(given)
  declare.closed(given, "friction", {}, names)
  for name, cause in pairs(given) do
    if type(cause) == "table" and name ~= "outside" then
      declare.closed(cause, ("friction by %s"):format(name), { "when" }, { "content", "task", "due" })
    end
  end
end

-- Facts that say that something beyond us holds the buyer up, as a list.
local function outside_facts(given)
  local outside = given.outside
  if outside == nil then return {} end
  if type(outside) == "table" then return outside end
  return { outside }
end

-- Nothing of that kind is known. Hardly anybody notes that there is no budget freeze: what is unknown does not count.
local function free(given)
  local condition
  for _, fact in ipairs(outside_facts(given)) do
    local no = fact:unknown() | ~fact:is_true()
    condition = condition and condition & no or no
  end
  return condition
end

-- What one cause is recognised by. While nobody can help it, it is no cause of ours.
local function condition_of(cause, unhindered)
  local when = cause
  if type(cause) == "table" then when = cause.when end
  if unhindered then return when & unhindered end
  return when
end

---Declares the scores "solution_friction" (marketing's) and "change_friction" (sales') of a model: one point for each cause that
---holds, with what it is and what helps as its reason. `outside` is a yes-or-no fact, or a list of them, that says that something
---beyond us holds the buyer up (a budget freeze, a change of management): while one of them is known to hold, the score
---"outside_friction" has a point for it and the two are 0. Nobody is measured by what nobody can help.
---@param model assay.Model
---@param given table the conditions by name of the cause, and `outside`
function friction.diagnose(model, given)
  check(given)
  local unhindered = free(given)
  for _, side in ipairs { "solution", "change" } do
    local of_side
    for _, cause in ipairs(friction.causes) do
      local of = given[cause.name]
      if of ~= nil and cause.side == side then
        of_side = of_side or model:score(side .. "_friction", { floor = 0, cap = 4 })
        of_side:rule(cause.name) { points = 1, when = condition_of(of, unhindered), reason = cause.text }
      end
    end
  end
  local outside = outside_facts(given)
  local beyond = #outside > 0 and model:score("outside_friction", { floor = 0, cap = #outside })
  for i, fact in ipairs(outside) do
    beyond:rule("outside " .. i) {
      points = 1, when = fact:is_true(), reason = "It is beyond what marketing or sales can do: wait, and stay in touch.",
    }
  end
end

---Plays for an account's template, one for each cause that is given: open while the cause holds, with the remedy, for marketing or
---for sales. A cause may be a condition, or a table with `when` and `content`, `task` or `due` of the pack's own. Put it last
---among the plays.
---
---```lua
---local friction = require "assay.friction"
---abm.template "market of one" {
---  when = account.name:known(), group = { economic = 1, user = 2 },
---  table.unpack(friction.plays { group = account.group:coverage():less_than(1), own_means = account.industry:is "Software" }),
---}
---```
---@param given table
---@return assay.Play[]
function friction.plays(given)
  check(given)
  local plays, unhindered = {}, free(given)
  for _, cause in ipairs(friction.causes) do
    local of = given[cause.name]
    if of ~= nil then
      local own = type(of) == "table" and of or {}
      local content, task = own.content, own.task
      if content == nil and task == nil then content, task = cause.content, cause.task end
      plays[#plays + 1] = declare.play("friction: " .. cause.name) {
        when = condition_of(of, unhindered), content = content, task = task and declare.human(task),
        role = friction.owners[cause.side], due = own.due,
      }
    end
  end
  return plays
end

---Points for who was active and then stopped, measured by their own habit: the silence since the last event of the buyer is longer
---than `times` (3) of the mean pause between their days before, and than `at_least` (14) days. Who was there on fewer than three
---days has no habit yet.
---
---```lua
---local friction = require "assay.friction"
---fit:rule "went quiet" { points = friction.went_quiet { points = -20 } }
---```
---@param options { points: number, times?: number, at_least?: number }
---@return fun(lead: assay.LeadView): number?, string?
function friction.went_quiet(options)
  declare.closed(options, "friction.went_quiet", { "points" }, { "times", "at_least" })
  local times, at_least = options.times or 3, options.at_least or 14
  return function(l)
    local events = l:events "any"
    local days = events:distinct_days()
    if days < 3 then return end
    local pause = score.age(events:first(), events:last()) / (days - 1)
    local silence = events:days_since()
    if silence > at_least and silence > times * pause then
      return options.points, ("%d days without a sign; before, one every %.1f days"):format(silence, pause)
    end
  end
end

return friction
