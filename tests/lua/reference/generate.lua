-- Random packs and leads as plain descriptions. A description says what the author means; source.lua writes it as a pack,
-- evaluate.lua decides it the slow way.
local generate = {}

local DAY <const> = 86400
local AT <const> = 20513 * DAY -- 2026-03-01

generate.at = AT

generate.words = { "operations", "supply", "chief", "buyer", "student", "head of", "data" }
generate.industries = { "Software", "Logistics", "Retail", "Public Sector" }
generate.levels = { "low", "middle", "high", "top" }
generate.tags = { "red", "green", "blue" }
generate.needs = { "none", "acknowledged", "confirmed" }
generate.roles = { "economic", "technical", "user", "legal" }
generate.voices = { "buyer", "sales", "marketing" }
-- Events of the schema of the generated packs: who does them, and what they carry.
generate.kinds = {
  click = { by = "buyer", properties = { page = "text", seconds = "number" } },
  visit = { by = "buyer", properties = { seconds = "number" } },
  raise = { by = "buyer", properties = {} },
  sent = { by = "seller", properties = { seconds = "number" } },
}
generate.kind_names = { "click", "raise", "sent", "visit" }
generate.buyer_kinds = { "click", "raise", "visit" }

-- The facts a generated pack knows. `seen` are values that leads have, thresholds come from the same ranges.
generate.facts = {
  { level = "lead", name = "title", type = "text" },
  { level = "lead", name = "level", type = "choice", choices = generate.levels },
  { level = "lead", name = "age", type = "integer", low = 0, high = 9 },
  { level = "lead", name = "rate", type = "number", low = 0, high = 4 },
  { level = "lead", name = "vip", type = "boolean" },
  { level = "lead", name = "joined", type = "date" },
  { level = "lead", name = "tags", type = "choices", choices = generate.tags },
  { level = "account", name = "industry", type = "text" },
  { level = "account", name = "employees", type = "integer", low = 0, high = 9 },
  { level = "account", name = "revenue", type = "money", low = 0, high = 5 },
  { level = "lead", name = "need", type = "choice", choices = generate.needs, answer = true },
  { level = "lead", name = "evaluating", type = "boolean", answer = true },
  { level = "lead", name = "headcount", type = "integer", low = 0, high = 5, answer = true },
  { level = "account", name = "urgency", type = "text", answer = true },
  { level = "account", name = "decision_by", type = "date", answer = true },
}

local function title(r)
  local words = {}
  for i = 1, r:int(1, 3) do words[i] = r:pick(generate.words) end
  local text = table.concat(words, " ")
  return r:chance(30) and text:upper() or text
end

local function number(r, fact)
  if fact.type == "integer" then return r:int(fact.low, fact.high) end
  return r:int(fact.low * 4, fact.high * 4) / 4 -- quarters are exact in binary
end

local function value(r, fact)
  if fact.type == "text" then return fact.name == "title" and title(r) or r:pick(generate.industries) end
  if fact.type == "choice" then return r:pick(fact.choices) end
  if fact.type == "choices" then return r:some(fact.choices, 40) end
  if fact.type == "boolean" then return r:chance(50) end
  if fact.type == "date" then return AT // DAY + r:int(-12, 12) end
  return number(r, fact)
end

-- Conditions ---------------------------------------------------------------------------------------------

local windows = { false, 1, 2, 7, 30 }

local function compare(r, low, high)
  local op = r:pick { "at_least", "at_most", "more_than", "less_than", "is", "between" }
  local a, b = r:int(low, high), r:int(low, high)
  if op ~= "between" then b = nil elseif b < a then a, b = b, a end
  return op, a, b
end

local function fact_condition(r, fact)
  local c = { kind = "fact", fact = fact }
  if r:chance(15) then
    c.op = r:pick { "known", "unknown" }
  elseif fact.type == "text" then
    c.op = r:pick { "is", "one_of", "contains", "starts_with", "ends_with", "has_word", "matches" }
    local from = fact.name == "title" and generate.words or generate.industries
    if c.op == "is" then c.texts = { fact.name == "title" and title(r) or r:pick(from) } else c.texts = r:some(from, 25) end
  elseif fact.type == "choice" then
    c.op = r:pick { "is", "one_of", "at_least", "at_most" }
    c.texts = c.op == "one_of" and r:some(fact.choices, 40) or { r:pick(fact.choices) }
  elseif fact.type == "choices" then
    c.op = r:pick { "includes", "excludes" }
    c.texts = r:some(fact.choices, 30)
  elseif fact.type == "boolean" then
    c.op = r:pick { "is_true", "is_false" }
  elseif fact.type == "date" then
    c.op = r:pick { "in_next", "in_last", "before", "after", "is", "days_since" }
    if c.op == "days_since" then
      c.compare, c.a, c.b = compare(r, -6, 6)
    else
      c.a = (c.op == "in_next" or c.op == "in_last") and r:int(1, 9) or AT // DAY + r:int(-6, 6)
    end
  else
    c.op = "compare"
    c.compare, c.a, c.b = compare(r, fact.low, fact.high)
  end
  return c
end

-- One step through a reference: a fact of the account where the person worked before.
local function former_condition(r)
  local through = r:pick { generate.facts[8], generate.facts[9] }
  local fact = { via = "former_account", level = "lead" }
  for key, value in pairs(through) do
    if key ~= "level" then fact[key] = value end
  end
  return fact_condition(r, fact)
end

local function first_known_condition(r)
  local c = { kind = "first_known", facts = {} }
  local integers = { generate.facts[3], generate.facts[9], generate.facts[13] }
  for i, fact in ipairs(r:some(integers, 60)) do c.facts[i] = fact end
  c.facts[#c.facts + 1] = generate.facts[3]
  c.compare, c.a, c.b = compare(r, 0, 9)
  return c
end

local function side_condition(r, fact)
  local ops = { "stated", "inferred", "confirmed_by" }
  if fact.name == "need" or fact.name == "evaluating" then ops[4] = "acknowledged" end
  return { kind = "side", fact = fact, op = r:pick(ops), voice = r:pick(generate.voices) }
end

local function event_condition(r, level)
  local c = { kind = "events", level = level, name = r:chance(25) and "any" or r:pick(generate.kind_names) }
  local properties = c.name ~= "any" and generate.kinds[c.name].properties or {}
  if properties.page and r:chance(30) then
    c.where = { page = r:pick { "/a", "/b" } }
  elseif properties.seconds and r:chance(20) then
    c.where = { seconds = r:int(1, 3) }
  end
  local ops = { "count", "seen", "days_since", "first", "last", "distinct_days" }
  if properties.seconds then ops[#ops + 1] = "sum" end
  c.op = r:pick(ops)
  if c.op == "count" or c.op == "seen" or c.op == "distinct_days" or c.op == "sum" then c.window = r:pick(windows) end
  if c.op == "first" or c.op == "last" then
    c.date = r:pick { "in_last", "before", "after" }
    c.a = c.date == "in_last" and r:int(1, 20) or AT // DAY - r:int(0, 12)
  elseif c.op ~= "seen" then
    c.compare, c.a, c.b = compare(r, 0, c.op == "sum" and 8 or c.op == "days_since" and 12 or 4)
  end
  return c
end

-- Whose fact a condition is: a lead's as soon as one part is; else the account's as soon as one part is. confirmed_by is
-- either's.
local function level_of(c)
  if c.kind == "side" and c.op == "confirmed_by" and c.fact.level == "lead" then return "either" end
  if c.kind == "fact" or c.kind == "side" then return c.fact.level end
  if c.kind == "events" then return c.level end
  if c.kind == "group" then return "account" end
  if c.kind == "score" or c.kind == "first_known" then return "lead" end
  local level = "either"
  for _, part in ipairs(c.parts) do
    local of = level_of(part)
    if of == "lead" then return "lead" end
    if of == "account" then level = "account" end
  end
  return level
end

local function group_condition(r, depth, scores)
  local c = { kind = "group", op = r:pick { "every", "some", "covers", "size" } }
  if c.op == "covers" then
    c.roles = r:some(generate.roles, 40)
  elseif c.op == "size" then
    c.compare, c.a, c.b = compare(r, 0, 4)
  else
    -- to ask every member about the account alone is an error of the author
    repeat c.condition = generate.condition(r, "lead", depth + 1, scores) until level_of(c.condition) ~= "account"
  end
  return c
end

local function leaf(r, level, depth, scores)
  if depth < 3 and r:chance(level == "account" and 45 or 6) then return group_condition(r, depth, scores) end
  if level == "account" and r:chance(10) then
    return { kind = "side", fact = generate.facts[11], op = "confirmed_by", voice = r:pick(generate.voices), lifted = true }
  end
  if r:chance(30) then return event_condition(r, (level == "account" or r:chance(15)) and "account" or "lead") end
  if level == "lead" and #scores > 0 and r:chance(20) then
    local c = { kind = "score", score = r:pick(scores) }
    c.compare, c.a, c.b = compare(r, -10, 40)
    return c
  end
  if level == "lead" and r:chance(6) then return former_condition(r) end
  if level == "lead" and r:chance(6) then return first_known_condition(r) end
  local facts = {}
  for _, fact in ipairs(generate.facts) do
    if level == "lead" or fact.level == "account" then facts[#facts + 1] = fact end
  end
  local fact = r:pick(facts)
  if fact.answer and r:chance(25) then return side_condition(r, fact) end
  return fact_condition(r, fact)
end

-- A condition on a lead or an account. `scores` are names that it may use.
function generate.condition(r, level, depth, scores)
  if depth >= 3 or r:chance(45) then return leaf(r, level, depth, scores) end
  local op = r:pick { "and", "or", "not", "at_least_of" }
  local c = { kind = op, parts = {} }
  for i = 1, op == "not" and 1 or r:int(2, 3) do c.parts[i] = generate.condition(r, level, depth + 1, scores) end
  if op == "at_least_of" then c.k = r:int(1, #c.parts) end
  return c
end

-- Packs ---------------------------------------------------------------------------------------------------

local function points(r) return r:int(-20, 30) + (r:chance(20) and r:int(1, 999) / 1000 or 0) end

local function event_rule(r, rule, scores)
  rule.kind, rule.per_event = "events", {}
  for _, kind in ipairs(r:some(generate.buyer_kinds, 50)) do
    local entry = { kind = kind, points = points(r) }
    if r:chance(40) then
      entry.most = { count = r:int(1, 3), days = r:pick { 1, 1, 2, 7, 0 } }
      if entry.most.days == 0 then entry.most.count = 1 end -- "once"
    end
    rule.per_event[#rule.per_event + 1] = entry
  end
  if r:chance(80) then rule.fading = { way = r:pick { "half_life", "linear", "window" }, days = r:pick { 1, 3, 7, 14, 30 } } end
  if r:chance(40) then rule.when = generate.condition(r, "lead", 1, scores) end
  if r:chance(40) then rule.cap = r:int(0, 30) end
end

-- A function that gives points for a number of the lead, or for how often it did something, and cannot decide without.
local function function_rule(r, rule, scores)
  rule.kind, rule.factor, rule.less = "function", points(r), r:int(0, 20)
  if r:chance(50) then rule.reads, rule.window = r:pick(generate.buyer_kinds), r:pick { 1, 7, 30 } end
  if r:chance(40) then rule.when = generate.condition(r, "lead", 1, scores) end
  if r:chance(60) then rule.cap = r:int(0, 30) end
end

local function score(r, name, scores)
  local s = { name = name, groups = {}, rules = {} }
  if r:chance(60) then s.floor = r:int(-20, 0) end
  if r:chance(60) then s.cap = r:int(5, 60) end
  s.restart = r:chance(30)
  local group_names = {}
  for i = 1, r:int(0, 2) do
    group_names[i] = "g" .. i
    s.groups[i] = { name = "g" .. i, cap = r:int(0, 30) }
  end
  for i = 1, r:int(1, 7) do
    local rule = { name = ("%s rule %d"):format(name, i), kind = "condition" }
    if r:chance(35) then
      event_rule(r, rule, scores)
    elseif r:chance(15) then
      function_rule(r, rule, scores)
    else
      rule.points = points(r)
      rule.when = generate.condition(r, "lead", 0, scores)
    end
    if #group_names > 0 and r:chance(40) then rule.group = r:pick(group_names) end
    s.rules[i] = rule
  end
  return s
end

local function gate(r, name, level, scores)
  local g = { name = name, level = level, criteria = {} }
  for i = 1, r:int(1, 3) do
    g.criteria[i] = { name = "c" .. i, condition = generate.condition(r, level, 0, level == "lead" and scores or {}) }
  end
  return g
end

function generate.pack(r)
  local pack = { scores = {}, gates = {}, disqualifiers = {}, grade = {} }
  local names = {}
  for i, name in ipairs { "fit", "interest", "extra" } do
    if i > 1 and r:chance(25) then break end
    pack.scores[i] = score(r, name, names)
    names = { table.unpack(names) }
    names[i] = name
  end
  for _, name in ipairs { "nurture", "worth_a_call", "sales_ready" } do
    if r:chance(80) then pack.gates[#pack.gates + 1] = gate(r, name, r:chance(20) and "account" or "lead", names) end
  end
  if r:chance(70) then pack.gates[#pack.gates + 1] = gate(r, "opportunity", "account", names) end
  for i = 1, r:int(0, 2) do
    pack.disqualifiers[i] = { name = "d" .. i, condition = generate.condition(r, "lead", 1, names) }
  end
  pack.grade = { { score = names[1], bands = { A = 20, B = 10, C = 0 } } }
  if names[2] then pack.grade[2] = { score = names[2], bands = { ["1"] = 15, ["2"] = 5 } } end
  return pack
end

-- Leads ---------------------------------------------------------------------------------------------------

local function event(r)
  local kind = r:pick(generate.kind_names)
  -- Near the borders of days, now and then in the future, now and then at one and the same second.
  local time = AT + DAY - 1 - r:int(0, 20) * DAY
  local where = r:int(1, 6)
  if where == 1 then time = time - DAY + 1 elseif where == 2 then time = time + r:int(-3, 3) elseif where < 6 then time = time - r:int(0, DAY) end
  local e = { kind = kind, time = time, properties = {} }
  for name, type in pairs(generate.kinds[kind].properties) do
    if r:chance(75) then e.properties[name] = type == "text" and r:pick { "/a", "/b", "/B" } or r:int(1, 4) end
  end
  return e
end

local function events(r, most)
  local list = {}
  for i = 1, r:int(0, most) do list[i] = event(r) end
  return list
end

local function fill(r, level, to, percent)
  for _, fact in ipairs(generate.facts) do
    if fact.level == level and r:chance(percent) then
      if fact.answer then
        to.answers[fact.name] = { value = value(r, fact), voices = r:some(generate.voices, 30), inferred = r:chance(30) }
      else
        to.fields[fact.name] = value(r, fact)
      end
    end
  end
end

local function person(r, percent)
  local lead = { fields = {}, answers = {}, events = events(r, r:pick { 0, 3, 12 }), tracked = not r:chance(8) }
  fill(r, "lead", lead, percent)
  if r:chance(60) then lead.fields.group_role = r:pick(generate.roles) end
  if r:chance(50) then
    lead.former = { fields = {}, answers = {} }
    fill(r, "account", lead.former, percent)
  end
  if r:chance(30) then lead.recycled = AT + DAY - 1 - r:int(0, 12) * DAY - r:int(0, 2) * 3600 end
  return lead
end

-- One moment: an account (or none) with its leads; leads[1] is the one described.
function generate.world(r)
  local percent = r:pick { 30, 70, 95 }
  local world = { at = AT + DAY - 1, leads = {}, feeds = {} }
  if r:chance(85) then
    world.account = { fields = {}, answers = {}, events = events(r, 4) }
    fill(r, "account", world.account, percent)
  end
  for i = 1, world.account and r:int(1, 4) or 1 do world.leads[i] = person(r, percent) end
  for _, kind in ipairs(generate.kind_names) do
    if r:chance(12) then world.feeds[kind] = r:pick { "stale", "never" } end
  end
  return world
end

-- A crowd: an account with more members than the kernels evaluate together.
function generate.crowd(r)
  local world = generate.world(r)
  world.account = world.account or { fields = {}, answers = {}, events = {} }
  for i = #world.leads + 1, 1030 do
    local lead = { fields = {}, answers = {}, events = events(r, 1), tracked = true }
    fill(r, "lead", lead, 60)
    world.leads[i] = lead
  end
  return world
end

return generate
