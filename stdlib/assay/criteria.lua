---The eleven criteria of a sales-ready lead: four about the organisation, seven about the person.
---
---```lua
---local criteria = require "assay.criteria"
---m:gate "sales_ready" {
---  criteria = criteria.sales_ready(m, {
---    market = account.industry:one_of { "Software", "Logistics" }, need = account.employees:at_least(200),
---    affiliation = lead.email:known(), authority = answer.need:known(), willing = event.demo_request:seen "30d",
---  }),
---}
---```
---
---Each criterion that is given becomes a rule of one point in the score "criteria" of the model, so that every lead shows how
---many of the eleven it meets and which are still unknown. The gate asks for the mandatory ones and, with `at_least`, for so
---many in all.
local declare = require "assay.declare"

local criteria = {}

---The criteria in their order. `of` tells whose facts may be read: those of the organisation read account facts only.
---@type { name: string, of: "organisation"|"person", text: string }[]
criteria.eleven = {
  { name = "market", of = "organisation", text = "The organisation is in the target market." },
  { name = "need", of = "organisation", text = "It has a need that we address." },
  { name = "means", of = "organisation", text = "It can find the money." },
  { name = "priority", of = "organisation", text = "The need is a priority." },
  { name = "affiliation", of = "person", text = "The person demonstrably belongs to the organisation." },
  { name = "title", of = "person", text = "The person's title is connected with the need." },
  { name = "authority", of = "person", text = "The person decides, influences or is in the buying group." },
  { name = "acknowledged", of = "person", text = "The person has acknowledged the need." },
  { name = "evaluating", of = "person", text = "The person is evaluating solutions." },
  { name = "engaged", of = "person", text = "The person did more than inquire once." },
  { name = "willing", of = "person", text = "The person is willing to talk with sales." },
}

---What a sales-ready lead cannot do without unless a pack says otherwise: affiliated with a qualified organisation, able to make
---or influence the decision, interested enough for a dialogue.
criteria.mandatory = { "market", "need", "affiliation", "authority", "willing" }

local by_name, names = {}, { "mandatory", "at_least" }
for _, criterion in ipairs(criteria.eleven) do
  by_name[criterion.name], names[#names + 1] = criterion, criterion.name
end

-- Fails at the line of the pack that called.
local function fail(format, ...) error(format:format(...), 3) end

local function check(given)
  declare.closed(given, "a sales-ready lead", {}, names)
  for _, criterion in ipairs(criteria.eleven) do
    local condition = given[criterion.name]
    if condition ~= nil and criterion.of == "organisation" and declare.level(condition) ~= "account" then
      fail('criterion "%s" is about the organisation and may read account facts only', criterion.name)
    end
  end
end

---Declares the score "criteria" of a model and gives the criteria of its gate.
---@param model assay.Model
---@param given table the conditions by criterion, with `mandatory` (names) and `at_least` (a number) as options
---@return table<string, assay.Condition>
function criteria.sales_ready(model, given)
  check(given)
  local score = model:score("criteria", { floor = 0, cap = #criteria.eleven })
  for _, criterion in ipairs(criteria.eleven) do
    local condition = given[criterion.name]
    if condition ~= nil then
      score:rule(criterion.name) { points = 1, when = condition, reason = criterion.text }
    end
  end
  local gate = {}
  for _, name in ipairs(given.mandatory or criteria.mandatory) do
    if not by_name[name] then fail('there is no criterion "%s" that could be mandatory', tostring(name)) end
    if given[name] == nil then fail('criterion "%s" is mandatory and has no condition', name) end
    gate[name] = given[name]
  end
  if given.at_least then gate["enough of the eleven"] = model.criteria:at_least(given.at_least) end
  return gate
end

return criteria
