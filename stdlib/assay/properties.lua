--- Properties that hold in any sensible pack, each tried on leads that are generated from what the rules read. One line tests
--- one:
---
---     local properties = require "assay.properties"
---     properties.more_events_never_lower { except = { "left the list" } }
---     properties.all()
---
--- Every one takes `cases` (how many leads; 100), `always` and `without`, as test.for_all does, and `except`: names of rules that are
--- meant to do otherwise.
local trial = require "assay.trial"
local test = require "assay.test"
local expectation = require "assay.test.expect"
local sample = require "assay.test.sample"
local shrink = require "assay.test.shrink"

local expect, decide = test.expect, test.decide
local properties = {}

---@class assay.PropertyOptions
---@field cases? integer how many leads are tried; 100
---@field always? table a description that every lead has
---@field without? string[] parts of a description that none has
---@field except? string[] rules, for some properties gates, that are meant to do otherwise


local KEYS <const> = { cases = true, always = true, without = true, except = true }

-- --- what they share ---

local function models() return sample.domain().models end

local function excepted(options)
  local names = {}
  for _, name in ipairs(options.except or {}) do names[name] = true end
  return names
end

-- Every score of every model of a decision: f(view of the model, score).
local function for_scores(d, f)
  for _, model in ipairs(models()) do
    for _, score in ipairs(model.scores) do f(d:model(model.name), score, model) end
  end
end

-- What the rules of a score earned, by name, and what they did together but for the excepted ones. The score's own floor and cap
-- are left out: they hide differences and make none.
local function earned(view, score, except)
  local by_rule, sum = {}, 0
  for _, entry in ipairs(view:ledger(score.name)) do
    if entry.rule then by_rule[entry.rule] = (by_rule[entry.rule] or 0) + entry.points end
    if entry.kind ~= "cap" and entry.kind ~= "floor" and not except[entry.rule] then sum = sum + entry.points end
  end
  return by_rule, sum
end

-- Points are thousandths: what is less than half of one is the rounding of a sum.
local HALF <const> = 0.0005

-- "gone quiet" gives -20 instead of 0, …: the rules that changed from one to the other.
local function changes(was, is, except)
  local said, names = {}, {}
  for name in pairs(was) do names[name] = true end
  for name in pairs(is) do names[name] = true end
  for name in pairs(names) do
    local a, b = was[name] or 0, is[name] or 0
    if math.abs(a - b) > HALF and not except[name] then said[#said + 1] = ("%q gives %s instead of %s"):format(name, b, a) end
  end
  return table.concat(said, ", ")
end

-- No score of `after` is lower than in `before`, the excepted rules aside.
local function never_lower(before, after, options)
  local except = excepted(options)
  for_scores(before, function(view, score, model)
    local other = after:model(model.name)
    local was_by, was = earned(view, score, except)
    local is_by, is = earned(other, score, except)
    expectation.check(is >= was - HALF, other, "the score %q falls from %s to %s: %s; a rule that is meant to goes into except",
                      score.name, was, is, changes(was_by, is_by, except))
  end)
end

-- Where a decision stands, for comparing two.
local function standing(d)
  local all = {}
  for _, model in ipairs(models()) do
    local view = d:model(model.name)
    local one = { stage = view.stage, grade = view.grade, disqualified = view.disqualified, scores = {}, verdicts = {} }
    for _, score in ipairs(model.scores) do one.scores[score.name] = { view:score(score.name) } end
    for _, gate in ipairs(model.gates) do one.verdicts[gate.name] = view:verdict(gate.name) end
    all[model.name] = one
  end
  return all
end

-- The facts that a description gives: { fact, holder, now } each.
local function given(case, wanted)
  local found = {}
  for _, fact in ipairs(sample.domain().facts) do
    local holder = case[fact.of == "answer" and "answers" or fact.of]
    if holder and fact.via then holder = holder[fact.via] end
    if type(holder) == "table" and holder[fact.name] ~= nil and (wanted == nil or wanted(fact)) then
      found[#found + 1] = { fact = fact, holder = holder }
    end
  end
  return found
end

-- The options of a property, or none.
local function checked(options, name)
  if options ~= nil and type(options) ~= "table" then
    error(('write properties.%s { cases = 100, except = { "rule" } }'):format(name), 3)
  end
  return options or {}
end

local function property(name, options, body)
  for key in pairs(options) do
    if not KEYS[key] then error(("a property knows no %q: cases, always, without or except"):format(tostring(key)), 3) end
  end
  local names = {}
  for _, model in ipairs(models()) do
    for _, score in ipairs(model.scores) do
      for _, rule in ipairs(score.rules) do names[rule.name] = true end
    end
    for _, gate in ipairs(model.gates) do names[gate.name] = true end
  end
  for rule in pairs(excepted(options)) do
    if not names[rule] then error(("except: the pack has no rule or gate %q"):format(rule), 3) end
  end
  test.for_all { cases = options.cases, always = options.always, without = options.without } (name, body)
end

-- --- the properties ---

---More buyer events never lower a score. A rule that is meant to (an unsubscription) goes into `except`.
---
---```lua
---properties.more_events_never_lower { except = { "gone quiet" } }
---```
---@param options? assay.PropertyOptions
function properties.more_events_never_lower(options)
  options = checked(options, "more_events_never_lower")
  property("more buyer events never lower a score", options, function(case, draw)
    local event = draw:event "buyer"
    test.assume(event ~= nil)
    local before = decide(case)
    case.events = case.events or {}
    table.insert(case.events, event)
    draw:say("and one more event: %s", shrink.literal(event))
    never_lower(before, decide(case), options)
  end)
end

-- What is decided of a lead, and what once one of its facts is forgotten.
local function forgetting(case, draw)
  local facts = given(case)
  test.assume(#facts > 0)
  local before = decide(case)
  local one = draw:one_of(facts)
  one.holder[one.fact.name] = nil
  draw:say("and without %s.%s", one.fact.of, one.fact.name)
  return before, decide(case)
end

---What is not known never scores: when a fact is forgotten, no rule earns or costs points that it did not before. Rules that
---ask whether something is known may.
---
---```lua
---properties.unknown_never_scores { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.unknown_never_scores(options)
  options = checked(options, "unknown_never_scores")
  local except = excepted(options)
  property("unknown never scores", options, function(case, draw)
    local before, after = forgetting(case, draw)
    for_scores(before, function(view, score, model)
      local other = after:model(model.name)
      local was, is = earned(view, score, {}), earned(other, score, {})
      for _, rule in ipairs(score.rules) do
        if not rule.asks and not except[rule.name] and (was[rule.name] or 0) == 0 then
          local points = is[rule.name] or 0
          expectation.check(points == 0, other, "%q gives %s points for what is not known", rule.name, points)
        end
      end
    end)
  end)
end

---What is not known decides no gate: a verdict that stands without a fact is the same with it. Gates that ask whether something
---is known may differ.
---
---```lua
---properties.unknown_never_decides { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.unknown_never_decides(options)
  options = checked(options, "unknown_never_decides")
  local except = excepted(options)
  property("unknown never decides a gate", options, function(case, draw)
    local before, after = forgetting(case, draw)
    for _, model in ipairs(models()) do
      for _, gate in ipairs(model.gates) do
        local was = before:model(model.name):verdict(gate.name)
        local is = after:model(model.name):verdict(gate.name)
        -- "none": without the fact nobody can tell whether the model is about this lead.
        if not gate.asks and not except[gate.name] and is ~= "insufficient" and is ~= "none" then expect(is):is(was) end
      end
    end
    expect(true):is_true()
  end)
end

---Budget, authority, need and timing are no matter for the first gate: changing one never changes its verdict.
---
---```lua
---properties.bant_never_moves_the_first_gate { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.bant_never_moves_the_first_gate(options)
  options = checked(options, "bant_never_moves_the_first_gate")
  property("flipping a BANT fact never changes the first gate", options, function(case, draw)
    local bant = {}
    for _, fact in ipairs(sample.domain().facts) do
      local reachable = fact.scope == "lead" or case.account ~= nil
      if fact.bant and not fact.via and reachable then bant[#bant + 1] = fact end
    end
    test.assume(#bant > 0)
    local fact = draw:one_of(bant)
    local before = decide(case)
    local part = fact.of == "answer" and "answers" or fact.of
    case[part] = case[part] or {}
    case[part][fact.name] = sample.other(draw, fact, case[part][fact.name])
    draw:say("and %s.%s = %s", fact.of, fact.name, shrink.literal(case[part][fact.name]))
    local after = decide(case)
    for _, model in ipairs(models()) do
      local first = model.gates[1]
      if first then
        expect(after:model(model.name):verdict(first.name)):is(before:model(model.name):verdict(first.name))
      end
    end
  end)
end

---A raw inquiry is no lead for sales: who did one thing only, read something or registered for it, and has answered nothing,
---passes no gate to sales, whoever it is. A raised hand is more than an inquiry.
---
---```lua
---properties.inquiries_are_never_handed_over { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.inquiries_are_never_handed_over(options)
  options = checked(options, "inquiries_are_never_handed_over")
  local except = excepted(options)
  property("an inquiry is never handed over", options, function(case, draw)
    local inquiry = draw:event("buyer", "content")
    test.assume(inquiry ~= nil)
    case.events = { inquiry }
    for _, part in ipairs { "account_events", "answers", "group", "touches", "prior" } do case[part] = nil end
    draw:say("and nothing but one inquiry: %s", shrink.literal(inquiry))
    local d = decide(case)
    for _, model in ipairs(models()) do
      local view = d:model(model.name)
      for _, gate in ipairs(model.gates) do
        if (gate.name == "sales_ready" or gate.name == "opportunity") and not except[gate.name] then
          expectation.check(view:verdict(gate.name) ~= "pass", view, "one inquiry passes the gate %q: it asks for nothing more",
                            gate.name)
        end
      end
    end
    expect(true):is_true()
  end)
end

---The order in which events are told changes nothing.
---
---```lua
---properties.order_never_matters { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.order_never_matters(options)
  options = checked(options, "order_never_matters")
  property("the order of events never matters", options, function(case, draw)
    local events = case.events or {}
    test.assume(#events > 1)
    local before = standing(decide(case))
    for i = #events, 2, -1 do
      local other = draw:integer(1, i)
      events[i], events[other] = events[other], events[i]
    end
    draw:say("and the same events as %s", shrink.literal(events))
    expect(standing(decide(case))):is(before)
  end)
end

---Events only lose by age: were all of them longer ago, no score would be higher. A rule that waits for time to pass goes into
---`except`.
---
---```lua
---properties.age_never_raises { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.age_never_raises(options)
  options = checked(options, "age_never_raises")
  property("age never raises a score", options, function(case, draw)
    local older, days = shrink.copy(case), draw:one_of { 1, 2, 7, 14, 30, 90 }
    for _, list in ipairs { "events", "account_events" } do
      for _, event in ipairs(older[list] or {}) do
        local n = tostring(event[2]):match "^(%d+)d ago$"
        test.assume(n ~= nil)
        event[2] = ("%dd ago"):format(tonumber(n) + days)
      end
    end
    test.assume(#(case.events or {}) + #(case.account_events or {}) > 0)
    for _, member in ipairs(older.group or {}) do test.assume(#(member.events or {}) == 0) end
    draw:say("and the same events %d days longer ago", days)
    never_lower(decide(older), decide(case), options)
  end)
end

---What sellers and systems do is never interest: no event of theirs changes a score.
---
---```lua
---properties.sellers_never_count { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.sellers_never_count(options)
  options = checked(options, "sellers_never_count")
  local except = excepted(options)
  property("what the seller does never counts", options, function(case, draw)
    local event = { draw:one_of(sample.domain().others), ("%dd ago"):format(draw:integer(0, 30)) }
    local before = decide(case)
    case.events = case.events or {}
    table.insert(case.events, event)
    draw:say("and one more event: %s", shrink.literal(event))
    local after = decide(case)
    for_scores(before, function(view, score, model)
      local was_by, was = earned(view, score, except)
      local other = after:model(model.name)
      local is_by, is = earned(other, score, except)
      expectation.check(math.abs(is - was) <= HALF, other, "the score %q goes from %s to %s: %s", score.name, was, is,
                        changes(was_by, is_by, except))
    end)
  end)
end

---The ledger of every score adds up to it, and the score lies within its interval, its floor and its cap.
---
---```lua
---properties.points_add_up { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.points_add_up(options)
  property("points add up", checked(options, "points_add_up"), function(case)
    for_scores(decide(case), function(view, score)
      local ledger, sum = view:ledger(score.name), 0
      for _, entry in ipairs(ledger) do sum = sum + entry.points end
      local value, low, high = view:score(score.name)
      expect(sum):close_to(value, HALF)
      expect(value):between(low, high)
      if score.floor then expect(low):at_least(score.floor) end
      if score.cap then expect(high):at_most(score.cap) end
    end)
  end)
end

---The same facts give the same verdict: no function of the pack remembers the leads before.
---
---```lua
---properties.same_facts_same_verdict { cases = 20 }
---```
---@param options? assay.PropertyOptions
function properties.same_facts_same_verdict(options)
  property("the same facts give the same verdict", checked(options, "same_facts_same_verdict"), function(case)
    local first = standing(decide(case))
    expect(standing(decide(case))):is(first)
  end)
end

-- Which of them a pack can be asked about.
local function applies(name)
  local domain = trial.domain()
  local buyers, inquiries, bant, facts, gates = false, false, false, #domain.facts > 0, false
  for _, event in ipairs(domain.events) do
    buyers = buyers or event.by == "buyer"
    inquiries = inquiries or event.intent == "content"
  end
  for _, fact in ipairs(domain.facts) do bant = bant or fact.bant end
  for _, model in ipairs(domain.models) do gates = gates or #model.gates > 0 end
  if name == "bant_never_moves_the_first_gate" then return bant and gates end
  if name == "inquiries_are_never_handed_over" then return inquiries and gates end
  if name == "unknown_never_scores" then return facts end
  if name == "unknown_never_decides" then return facts and gates end
  if name == "more_events_never_lower" or name == "order_never_matters" or name == "age_never_raises" then return buyers end
  return true
end

local ALL <const> = {
  "more_events_never_lower", "unknown_never_scores", "unknown_never_decides", "bant_never_moves_the_first_gate",
  "inquiries_are_never_handed_over", "order_never_matters", "age_never_raises", "sellers_never_count", "points_add_up",
  "same_facts_same_verdict",
}

---All of the above that the pack can be asked about.
---
---```lua
---properties.all { except = { "gone quiet" } }
---```
---@param options? assay.PropertyOptions
function properties.all(options)
  options = checked(options, "all")
  for _, name in ipairs(ALL) do
    if applies(name) then properties[name](options) end
  end
end

return properties
