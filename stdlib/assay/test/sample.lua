-- Leads drawn at random from what a pack's rules read: their facts, the values at which they turn and the neighbours of these,
-- events at the edges of windows. One seed gives one lead, everywhere.
local trial = require "assay.trial"

local sample = {}

-- Values of each type that no rule need name.
local PLAIN <const> = {
  boolean = { true, false },
  integer = { 0, 1, 7, 50, 1000 },
  number  = { 0, 0.5, 1, 40, 100 },
  money   = { 0, 900, 250000, "1000000 EUR" },
  date    = { "now", "10d ago", "400d ago", "in 20d", "in 300d" },
  text    = { "Painter", "something else", "a", "Zoë Ångström" },
  user    = { "sam@ours.example", "uma@ours.example" },
}
local BY_NAME <const> = {
  email  = { "ada@acme.example", "bob@gmail.com", "eva@big.example" },
  domain = { "acme.example", "big.example" },
  country = { "DE", "US", "FR" },
  timezone = { "Europe/Berlin", "America/New_York" },
  unsubscribed = { "email" },
}
local AGES <const> = { 0, 0, 1, 2, 6, 7, 13, 20, 31, 60, 91, 200 }
local MOST_EVENTS <const>, MOST_MEMBERS <const> = 6, 3

-- --- drawing ---

-- Numbers that a seed alone decides (SplitMix64).
local function source(seed)
  local state = seed
  return function()
    state = state + 0x9e3779b97f4a7c15
    local z = state
    z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
    z = (z ~ (z >> 27)) * 0x94d049bb133111eb
    return z ~ (z >> 31)
  end
end

-- A seed for a name: FNV-1a.
function sample.seed_of(name, seed)
  local hash = 0xcbf29ce484222325 ~ seed
  for i = 1, #name do hash = (hash ~ name:byte(i)) * 0x100000001b3 end
  return hash
end

-- --- the pack's domain ---

local domain

-- The alternatives of a pattern, as words that it is likely to match.
local function words_of(pattern, into)
  for part in pattern:gsub("%(%?[%a:]*", "("):gsub("\\%a", ""):gmatch "[^|()]+" do
    local word = part:gsub("[%^%$%?%*%+%[%]{}\\]", ""):gsub("%.", " "):gsub("^%s+", ""):gsub("%s+$", "")
    if word ~= "" then into[#into + 1] = word end
  end
end

-- Copies, since the host's table is read only once: lists of values by fact.
function sample.domain()
  if domain ~= nil then return domain end
  domain = trial.domain()
  for _, fact in ipairs(domain.facts) do
    fact.values = fact.values or {}
    for _, pattern in ipairs(fact.patterns or {}) do words_of(pattern, fact.values) end
    if fact.computed and fact.type == "text" then
      for _, word in ipairs(domain.words) do fact.values[#fact.values + 1] = word end
    elseif fact.computed and fact.type == "integer" then
      for _, number in ipairs(domain.numbers) do
        local whole = math.tointeger(number)
        for i = -1, whole and 1 or -2 do fact.values[#fact.values + 1] = whole + i end
      end
    elseif fact.computed and (fact.type == "number" or fact.type == "money") then
      for _, number in ipairs(domain.numbers) do
        for i = -1, 1 do fact.values[#fact.values + 1] = number + i end
      end
    end
    fact.plain = fact.choices or BY_NAME[fact.name] or PLAIN[fact.type] or {}
  end
  return domain
end

-- --- parts of a lead ---

local function value_of(draw, fact)
  local from = fact.plain
  if #from == 0 or (#fact.values > 0 and draw:chance(3, 4)) then from = fact.values end
  if #from == 0 then return nil end
  local value = draw:one_of(from)
  if fact.type == "choices" then return { value } end
  if fact.type == "text" and BY_NAME[fact.name] == nil and draw:chance(1, 6) then
    return value .. " " .. draw:one_of(PLAIN.text)
  end
  return value
end

local function put_fact(draw, into, fact)
  local value = fact.type ~= "reference" and value_of(draw, fact) or nil
  if fact.type == "boolean" then value = draw:chance(1, 2) end
  if value == nil then return end
  if fact.via then
    into[fact.via] = into[fact.via] or {}
    into = into[fact.via]
  end
  into[fact.name] = value
end

local function fields(draw, of)
  local made = {}
  for _, fact in ipairs(domain.facts) do
    if fact.of == of and draw:chance(7, 10) then put_fact(draw, made, fact) end
  end
  return made
end

local function answers(draw, with_account, lead_only)
  local made = {}
  for _, fact in ipairs(domain.facts) do
    local scoped = fact.scope == "lead" or (with_account and not lead_only)
    if fact.of == "answer" and scoped and draw:chance(1, 2) then
      put_fact(draw, made, fact)
      local value = made[fact.name]
      if value ~= nil and draw:chance(1, 4) then
        made[fact.name] = { value = value, by = draw:one_of { "buyer", "sales" },
                            manner = draw:chance(1, 5) and "inferred" or nil }
      end
    end
  end
  return made
end

local function event_of(draw, known)
  local ages = known.ages ~= nil and draw:chance(1, 2) and known.ages or AGES
  local event = { known.kind, ("%dd ago"):format(draw:one_of(ages)) }
  for _, property in ipairs(known.properties or {}) do
    if draw:chance(1, 2) then event[property.name] = property.value end
  end
  return event
end

local function events(draw, most)
  local made = {}
  if #domain.events == 0 then return made end
  for i = 1, draw:integer(0, most) do made[i] = event_of(draw, draw:one_of(domain.events)) end
  return made
end

local function group(draw)
  local made = {}
  for i = 1, draw:integer(0, MOST_MEMBERS) do
    made[i] = { lead = fields(draw, "lead"), answers = answers(draw, true, true), events = events(draw, 2) }
  end
  return made
end

local function touches(draw)
  local made = {}
  for i = 1, draw:integer(1, 3) do
    made[i] = { draw:one_of(domain.channels), ("%dh ago"):format(draw:integer(1, 200)),
                ask = #domain.needs > 0 and draw:chance(1, 2) and draw:one_of(domain.needs) or nil }
  end
  return made
end

local function prior(draw)
  local gates = domain.models[1].gates
  local stages = { "suspect" }
  for _, gate in ipairs(gates) do stages[#stages + 1] = gate.name end
  return { stage = draw:one_of(stages), entered = ("%dd ago"):format(draw:one_of(AGES)) }
end

-- --- the whole ---

-- What a property draws beside its lead: choices that a number decides, the same whenever the lead is tried again.
---@class assay.Draw
local draw = {}

---A whole number from `least` to `most`.
---
---```lua
---for_all {} ("is a die", function(_, draw) expect(draw:integer(1, 6)):between(1, 6) end)
---```
---@param least integer
---@param most integer
---@return integer
function draw:integer(least, most) return least + math.fmod(self.next() >> 1, most - least + 1) end

---True so many times out of so many.
---
---```lua
---for_all {} ("never happens", function(_, draw) expect(draw:chance(0, 10)):is_false() end)
---```
---@param times integer
---@param of integer
---@return boolean
function draw:chance(times, of) return self:integer(1, of) <= times end

---One of an array.
---
---```lua
---for_all {} ("is a channel", function(_, draw) expect(draw:one_of { "email", "call" }):one_of { "email", "call" } end)
---```
---@generic T
---@param list T[]
---@return T
function draw:one_of(list) return list[self:integer(1, #list)] end

---An event as decide takes it, of a kind that the rules read and that a "buyer", "seller" or "system" does, of one intent where
---that is given ("content", "product", "hand_raise" …); nil when there is none.
---
---```lua
---for_all {} ("comes with its time", function(_, draw) expect(draw:event("buyer")[2]):matches "ago$" end)
---```
---@param by "buyer"|"seller"|"system"
---@param intent? string
---@return table?
function draw:event(by, intent)
  local kinds = {}
  for _, known in ipairs(sample.domain().events) do
    if known.by == by and not known.act and (intent == nil or known.intent == intent) then kinds[#kinds + 1] = known end
  end
  if #kinds == 0 then return nil end
  return event_of(self, self:one_of(kinds))
end

---Adds a line to what is printed when the property fails: what was done to the lead.
---
---```lua
---for_all {} ("is said", function(case, draw)
---  draw:say("and asked %d times", draw:integer(1, 3))
---  expect(decide(case).stage):is_not "won"
---end)
---```
---@param form string
function draw:say(form, ...) table.insert(self.said, form:format(...)) end

local draw_type = { __index = draw }

function sample.draw(seed) return setmetatable({ next = source(seed), said = {} }, draw_type) end

local PARTS <const> = {
  lead = true, account = true, events = true, account_events = true, answers = true, group = true, touches = true,
  consents = true, prior = true, feeds = true, tracked = true, users = true,
}

-- A description of a lead, ready for decide. options: always, without.
function sample.lead(draw, options)
  sample.domain()
  local made = { lead = fields(draw, "lead"), events = events(draw, MOST_EVENTS) }
  if draw:chance(4, 5) then made.account = fields(draw, "account") end
  made.answers = answers(draw, made.account ~= nil, false)
  if made.account then
    if domain.group and draw:chance(2, 3) then made.group = group(draw) end
    for _, known in ipairs(domain.events) do
      if known.account and draw:chance(1, 3) then
        made.account_events = made.account_events or {}
        table.insert(made.account_events, event_of(draw, known))
      end
    end
  end
  if #domain.channels > 0 and draw:chance(1, 4) then made.touches = touches(draw) end
  if #domain.channels > 0 and draw:chance(1, 3) then
    made.consents = { [draw:one_of(domain.channels)] = draw:one_of { "granted", "double_opt_in", "denied", "objected" } }
  end
  if #domain.models > 0 and draw:chance(1, 5) then made.prior = prior(draw) end
  if #domain.feeds > 0 and draw:chance(1, 8) then
    made.feeds = { [draw:one_of(domain.feeds)] = draw:one_of { "stale", "never" } }
  end
  if draw:chance(1, 20) then made.tracked = false end
  if #domain.teams > 0 then
    made.users = {}
    for i, team in ipairs(domain.teams) do made.users[i] = { ("user%d@ours.example"):format(i), team = team } end
  end
  for _, part in ipairs(options.without or {}) do made[part] = nil end
  for part, value in pairs(options.always or {}) do
    if type(value) == "table" and (part == "lead" or part == "account" or part == "answers") then
      made[part] = made[part] or {}
      for name, one in pairs(value) do made[part][name] = one end
    else
      made[part] = value
    end
  end
  return made
end

-- Raises for a part of a description that does not exist.
function sample.check(options)
  for _, part in ipairs(options.without or {}) do
    if not PARTS[part] then error(("without: a generated lead has no %q"):format(tostring(part)), 3) end
  end
end

-- A value for a fact of the domain other than it has now; nil: to be forgotten.
function sample.other(draw, fact, now)
  for _ = 1, 8 do
    local into = {}
    put_fact(draw, into, fact)
    local value = fact.via and into[fact.via] and into[fact.via][fact.name] or into[fact.name]
    if value ~= now then return value end
  end
  return nil
end

return sample
