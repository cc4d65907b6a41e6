-- Decides a described lead the slow way, straight from the published semantics: no columns, no plans, no sharing. Every
-- state is one of "yes", "no", "unknown", "unmeasurable"; points are whole thousandths.
local generate = require "generate"
local evaluate = {}

local DAY <const> = 86400
local OPEN <const> = 1 << 50 -- what an unbounded rule may add: no sum of real points comes near

-- Three values and the unmeasurable ------------------------------------------------------------------------

local and_rank = { no = 1, unknown = 2, unmeasurable = 3, yes = 4 }
local or_rank = { no = 1, unmeasurable = 2, unknown = 3, yes = 4 }

local function every(states)
  local least = "yes"
  for _, state in ipairs(states) do
    if and_rank[state] < and_rank[least] then least = state end
  end
  return least
end

local function some(states)
  local most = "no"
  for _, state in ipairs(states) do
    if or_rank[state] > or_rank[most] then most = state end
  end
  return most
end

local function negate(state) return state == "yes" and "no" or state == "no" and "yes" or state end

local function truth(holds) return holds and "yes" or "no" end

-- Numbers ---------------------------------------------------------------------------------------------------

local function within(c, value)
  if c.compare == "at_least" then return value >= c.a end
  if c.compare == "at_most" then return value <= c.a end
  if c.compare == "more_than" then return value > c.a end
  if c.compare == "less_than" then return value < c.a end
  if c.compare == "is" then return value == c.a end
  return value >= c.a and value <= c.b
end

local function milli(points) return points < 0 and -((-points * 1000 + 0.5) // 1 | 0) or (points * 1000 + 0.5) // 1 | 0 end

local function round_half_away(value) return value < 0 and -((-value + 0.5) // 1 | 0) or (value + 0.5) // 1 | 0 end

local function clamp(value, low, high) return math.max(low, math.min(high, value)) end

local function faded(points, fading, age)
  if not fading then return points end
  local days = fading.days
  if fading.way == "window" then return age < days and points or 0 end
  if fading.way == "half_life" then return round_half_away(points * 2.0 ^ (-age / days)) end
  if age >= days then return 0 end
  local doubled = math.abs(points) * (days - age) * 2 -- in halves of 1 / days, so that a half is a whole number
  local whole = (doubled + days) // (2 * days)
  return points < 0 and -whole or whole
end

-- Facts -----------------------------------------------------------------------------------------------------

-- Whose facts: `of` is the lead or account asked; nil when a lead has no account.
local function owner(ctx, level)
  if level == "lead" then return ctx.lead end
  return ctx.world.account
end

local function fact_value(ctx, fact)
  local of = owner(ctx, fact.level)
  if fact.via then of = of.former end
  if of == nil then return nil end
  if fact.answer then return of.answers[fact.name] and of.answers[fact.name].value end
  return of.fields[fact.name]
end

local text_ops = {
  is = function(text, word) return text == word end,
  contains = function(text, word) return text:find(word, 1, true) ~= nil end,
  starts_with = function(text, word) return text:sub(1, #word) == word end,
  ends_with = function(text, word) return text:sub(-#word) == word end,
  has_word = function(text, word) return (" " .. text .. " "):find(" " .. word .. " ", 1, true) ~= nil end,
}
text_ops.one_of, text_ops.matches = text_ops.is, text_ops.contains

local function place(list, item)
  for i, one in ipairs(list) do
    if one == item then return i end
  end
end

local function date_holds(ctx, c, op, day)
  local today = ctx.world.at // DAY
  if op == "in_last" then return today - day >= 0 and today - day < c.a end
  if op == "in_next" then return day - today >= 0 and day - today < c.a end
  if op == "before" then return day < c.a end
  if op == "after" then return day > c.a end
  if op == "days_since" then return within(c, today - day) end
  return day == c.a
end

local condition

local evaluators = {}

function evaluators.fact(c, ctx)
  local value = fact_value(ctx, c.fact)
  if c.op == "known" then return truth(value ~= nil) end
  if c.op == "unknown" then return truth(value == nil) end
  if value == nil then return "unknown" end
  local type = c.fact.type
  if type == "boolean" then return truth(value == (c.op == "is_true")) end
  if type == "date" then return truth(date_holds(ctx, c, c.op, value)) end
  if c.op == "compare" then return truth(within(c, value)) end
  if type == "choice" and (c.op == "at_least" or c.op == "at_most") then
    local seen, asked = place(c.fact.choices, value), place(c.fact.choices, c.texts[1])
    if c.op == "at_least" then return truth(seen >= asked) end
    return truth(seen <= asked)
  end
  if type == "choices" then
    local found = false
    for _, text in ipairs(c.texts) do found = found or place(value, text) ~= nil end
    return truth(found == (c.op == "includes"))
  end
  for _, text in ipairs(c.texts) do
    if text_ops[c.op](value:lower(), text:lower()) then return "yes" end
  end
  return "no"
end

function evaluators.first_known(c, ctx)
  for _, fact in ipairs(c.facts) do
    local value = fact_value(ctx, fact)
    if value ~= nil then return truth(within(c, value)) end
  end
  return "unknown"
end

function evaluators.side(c, ctx)
  if c.lifted then -- any member's answer will do
    local states = {}
    for i, lead in ipairs(ctx.world.leads) do
      states[i] = evaluators.side({ fact = c.fact, op = c.op, voice = c.voice }, { world = ctx.world, lead = lead })
    end
    return some(states)
  end
  local of = owner(ctx, c.fact.level)
  local answer = of and of.answers[c.fact.name]
  if not answer then return "unknown" end
  if c.op == "stated" then return truth(not answer.inferred) end
  if c.op == "inferred" then return truth(answer.inferred) end
  if c.op == "confirmed_by" then return truth(place(answer.voices, c.voice) ~= nil) end
  if c.fact.type == "boolean" then return truth(answer.value and not answer.inferred) end
  return truth(place(c.fact.choices, answer.value) >= place(c.fact.choices, "acknowledged") and not answer.inferred)
end

-- Events ----------------------------------------------------------------------------------------------------

-- Whether what these kinds tell can be known: "yes", "unknown" (a feed is silent) or "unmeasurable" (nothing ever comes).
local function measured(world, kinds, tracked)
  local never, buyers = 0, 0
  for _, kind in ipairs(kinds) do
    if world.feeds[kind] == "stale" then return "unknown" end
    if world.feeds[kind] == "never" then never = never + 1 end
    if generate.kinds[kind].by == "buyer" then buyers = buyers + 1 end
  end
  if never == #kinds or (not tracked and buyers == #kinds) then return "unmeasurable" end
  return "yes"
end

local function in_order(list)
  local sorted = {}
  for i, event in ipairs(list) do sorted[i] = { event = event, order = i } end
  table.sort(sorted, function(a, b)
    if a.event.time ~= b.event.time then return a.event.time < b.event.time end
    return a.order < b.order
  end)
  local events = {}
  for i, one in ipairs(sorted) do events[i] = one.event end
  return events
end

local function account_log(world)
  local log = {}
  for _, lead in ipairs(world.leads) do table.move(lead.events, 1, #lead.events, #log + 1, log) end
  return table.move(world.account.events, 1, #world.account.events, #log + 1, log)
end

local function selected(event, c)
  if c.name == "any" then return generate.kinds[event.kind].by == "buyer" end
  if event.kind ~= c.name then return false end
  for name, value in pairs(c.where or {}) do
    local seen = event.properties[name]
    if type(seen) == "string" then seen, value = seen:lower(), value:lower() end
    if seen ~= value then return false end
  end
  return true
end

function evaluators.events(c, ctx)
  local world, log, since, tracked = ctx.world, nil, nil, true
  if c.level == "account" then
    if not world.account then return "unknown" end
    log = account_log(world)
  else
    log, since, tracked = ctx.lead.events, ctx.since, ctx.lead.tracked
  end
  -- event.any stands for the schema's other buyer kinds too, whose feeds always deliver here
  local kinds = c.name == "any" and generate.buyer_kinds or { c.name }
  local measure = measured(world, kinds, tracked)
  if c.name == "any" and measure == "unmeasurable" and tracked then measure = "yes" end
  if measure ~= "yes" then return measure end
  local today, events, days, distinct, sum = world.at // DAY, {}, {}, 0, 0
  for _, event in ipairs(in_order(log)) do
    local age = today - event.time // DAY
    if event.time <= world.at and selected(event, c) and (not since or event.time >= since) and (not c.window or age < c.window) then
      events[#events + 1] = event
      if not days[age] then distinct = distinct + 1 end
      days[age] = true
      sum = sum + (event.properties.seconds or 0)
    end
  end
  if c.op == "seen" then return truth(#events > 0) end
  if c.op == "count" then return truth(within(c, #events)) end
  if c.op == "distinct_days" then return truth(within(c, distinct)) end
  if c.op == "sum" then return truth(within(c, sum)) end
  if #events == 0 then return "unknown" end
  local first, last = events[1].time // DAY, events[#events].time // DAY
  if c.op == "days_since" then return truth(within(c, today - last)) end
  return truth(date_holds(ctx, c, c.date, c.op == "first" and first or last))
end

-- Combinations, scores, groups --------------------------------------------------------------------------------

local function states_of(parts, ctx)
  local states = {}
  for i, part in ipairs(parts) do states[i] = condition(part, ctx) end
  return states
end

evaluators["and"] = function(c, ctx) return every(states_of(c.parts, ctx)) end
evaluators["or"] = function(c, ctx) return some(states_of(c.parts, ctx)) end
evaluators["not"] = function(c, ctx) return negate(condition(c.parts[1], ctx)) end
function evaluators.at_least_of(c, ctx)
  local count = { yes = 0, no = 0, unknown = 0, unmeasurable = 0 }
  for _, state in ipairs(states_of(c.parts, ctx)) do count[state] = count[state] + 1 end
  if count.yes >= c.k then return "yes" end
  if count.yes + count.unknown + count.unmeasurable < c.k then return "no" end
  return count.unknown > 0 and "unknown" or "unmeasurable"
end

function evaluators.score(c, ctx)
  local s = evaluate.score(ctx.pack, c.score, { world = ctx.world, lead = ctx.lead, pack = ctx.pack })
  local low, high = -math.huge, math.huge -- what the comparison allows, in thousandths
  if c.compare == "at_least" then low = c.a * 1000
  elseif c.compare == "at_most" then high = c.a * 1000
  elseif c.compare == "more_than" then low = c.a * 1000 + 1
  elseif c.compare == "less_than" then high = c.a * 1000 - 1
  elseif c.compare == "is" then low, high = c.a * 1000, c.a * 1000
  else low, high = c.a * 1000, c.b * 1000 end
  if s.low >= low and s.high <= high then return "yes" end
  if s.high < low or s.low > high then return "no" end
  for _, open in pairs(s.open) do
    if open == "unknown" then return "unknown" end
  end
  return "unmeasurable"
end

function evaluators.group(c, ctx)
  if not ctx.world.account then return "unknown" end
  local members = ctx.world.leads
  if c.op == "size" then return truth(within(c, #members)) end
  if c.op == "covers" then
    for _, role in ipairs(c.roles) do
      local found = false
      for _, lead in ipairs(members) do found = found or lead.fields.group_role == role end
      if not found then return "unknown" end
    end
    return "yes"
  end
  -- The same whoever asks, so it is asked once: a crowd has a thousand members.
  local known = ctx.world.asked or {}
  ctx.world.asked = known
  if not known[c] then
    local states = {}
    for i, lead in ipairs(members) do
      states[i] = condition(c.condition, { world = ctx.world, lead = lead, pack = ctx.pack })
    end
    known[c] = c.op == "every" and every(states) or some(states)
  end
  return known[c]
end

function condition(c, ctx) return evaluators[c.kind](c, ctx) end
evaluate.condition = condition

-- Scores -----------------------------------------------------------------------------------------------------

-- The sum of a rule's events in thousandths.
local function event_points(rule, ctx)
  local sum, counted = 0, {}
  for _, event in ipairs(in_order(ctx.lead.events)) do
    for _, entry in ipairs(rule.per_event) do
      if entry.kind == event.kind and event.time <= ctx.world.at and (not ctx.since or event.time >= ctx.since) then
        local day, within_span = event.time // DAY, 0
        counted[entry] = counted[entry] or {}
        for _, other in ipairs(counted[entry]) do
          if entry.most and (entry.most.days == 0 or other > day - entry.most.days) then within_span = within_span + 1 end
        end
        if not entry.most or within_span < entry.most.count then
          table.insert(counted[entry], day)
          sum = sum + faded(milli(entry.points), rule.fading, ctx.world.at // DAY - day)
        end
      end
    end
  end
  return sum
end

-- What the events of a kind may be worth when nobody can say: as many as the limit allows, as young as it allows.
local function most_of(entry, fading)
  if not entry.most then return OPEN end
  if entry.most.days == 0 then return math.abs(milli(entry.points)) * entry.most.count end
  if not fading then return OPEN end
  local sum, age = 0, 0
  while true do
    local points = math.abs(faded(milli(entry.points), fading, age))
    if points == 0 then return sum end
    sum = sum + points * entry.most.count
    age = age + entry.most.days
  end
end

local function event_bounds(rule, cap)
  local low, high = 0, 0
  for _, entry in ipairs(rule.per_event) do
    if entry.points > 0 then high = high + most_of(entry, rule.fading)
    elseif entry.points < 0 then low = low - most_of(entry, rule.fading) end
  end
  return math.max(low, -cap), math.min(high, cap)
end

-- One rule: what it gives, what it may give, its cap's share, and its state when it is open.
local function rule_of(rule, ctx)
  local when = rule.when and condition(rule.when, ctx) or "yes"
  local out = { points = 0, low = 0, high = 0, taken = 0 }
  if when == "no" then return out end
  local raw, given, measure = nil, nil, "yes"
  if rule.kind == "condition" then
    raw = milli(rule.points)
    given = raw
  elseif rule.kind == "function" then
    local cap, number = rule.cap and math.abs(milli(rule.cap)) or OPEN, ctx.lead.fields.age
    if rule.reads then
      number = measured(ctx.world, { rule.reads }, ctx.lead.tracked) == "yes" and 0 or nil
      for _, event in ipairs(number and ctx.lead.events or {}) do
        local age = ctx.world.at // DAY - event.time // DAY
        if event.kind == rule.reads and event.time <= ctx.world.at and age < rule.window then number = number + 1 end
      end
    end
    if number == nil then
      out.low, out.high, out.open = -cap, cap, "unknown"
      return out
    end
    raw = milli(number * rule.factor - rule.less)
    given = clamp(raw, -cap, cap)
  else
    local cap = rule.cap and math.abs(milli(rule.cap)) or OPEN
    local kinds = {}
    for i, entry in ipairs(rule.per_event) do kinds[i] = entry.kind end
    measure = measured(ctx.world, kinds, ctx.lead.tracked)
    if measure ~= "yes" then
      out.low, out.high = event_bounds(rule, cap)
      out.open = (when == "unknown" or measure == "unknown") and "unknown" or "unmeasurable"
      return out
    end
    raw = event_points(rule, ctx)
    given = clamp(raw, -cap, cap)
  end
  if when == "yes" then
    out.points, out.low, out.high, out.taken, out.raw = given, given, given, given - raw, raw
  else
    out.low, out.high, out.open = math.min(0, given), math.max(0, given), when
  end
  return out
end

local function score_named(pack, name)
  for _, s in ipairs(pack.scores) do
    if s.name == name then return s end
  end
end

-- {value, low, high, entries = {key = points}, open = {rule = state}}
function evaluate.score(pack, name, ctx)
  local s = score_named(pack, name)
  local rule_ctx = { world = ctx.world, lead = ctx.lead, pack = pack, since = s.restart and ctx.lead.recycled or nil }
  local out = { value = 0, low = 0, high = 0, entries = {}, open = {} }
  local function note(key, points)
    if points ~= 0 then out.entries[key] = (out.entries[key] or 0) + points end
  end
  local sums = {}
  for _, group in ipairs(s.groups) do sums[group.name] = { value = 0, low = 0, high = 0 } end
  for _, rule in ipairs(s.rules) do
    local r, to = rule_of(rule, rule_ctx), rule.group and sums[rule.group] or out
    to.value, to.low, to.high = to.value + r.points, to.low + r.low, to.high + r.high
    note(rule.name, r.raw or r.points)
    note(rule.name .. " (cap)", r.taken)
    if r.open then out.open[rule.name] = r.open end
  end
  for _, group in ipairs(s.groups) do
    local sum, cap = sums[group.name], math.abs(milli(group.cap))
    for _, part in ipairs { "value", "low", "high" } do
      local clamped = clamp(sum[part], -cap, cap)
      if part == "value" then note("group " .. group.name, clamped - sum[part]) end
      out[part] = out[part] + clamped
    end
  end
  for _, part in ipairs { "low", "high", "value" } do
    if part ~= "value" then out[part] = clamp(out[part], -OPEN, OPEN) end
    local capped = s.cap and math.min(out[part], milli(s.cap)) or out[part]
    local floored = s.floor and math.max(capped, milli(s.floor)) or capped
    if part == "value" then
      note("cap", capped - out[part])
      note("floor", floored - capped)
    end
    out[part] = floored
  end
  return out
end

-- Gates, grades, disqualifiers --------------------------------------------------------------------------------

function evaluate.criterion(pack, gate, criterion, world, lead)
  if gate.level == "account" and not world.account then return "unknown" end
  return condition(criterion.condition, { world = world, lead = gate.level == "lead" and lead or nil, pack = pack })
end

function evaluate.verdict(states)
  local all = every(states)
  return all == "yes" and "pass" or all == "no" and "fail" or "insufficient"
end

local function label(bands, value, lowest)
  local best
  for name, from in pairs(bands) do
    if value >= from * 1000 and (not best or from > bands[best]) then best = name end
  end
  return best or lowest
end

function evaluate.grade(pack, scores)
  local text = label(pack.grade[1].bands, scores[pack.grade[1].score].value, "D")
  if pack.grade[2] then text = text .. label(pack.grade[2].bands, scores[pack.grade[2].score].value, "3") end
  return text
end

function evaluate.disqualified(pack, world, lead)
  for _, d in ipairs(pack.disqualifiers) do
    if condition(d.condition, { world = world, lead = lead, pack = pack }) == "yes" then return d.name end
  end
end

return evaluate
