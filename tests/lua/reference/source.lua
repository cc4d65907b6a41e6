-- Writes a description of generate.lua as the author of a pack would: as files of Lua, and as the table that decide takes.
local generate = require "generate"
local source = {}

local DAY <const> = 86400

local function date(day)
  -- Civil date of a day number (proleptic Gregorian), by walking: slow and plain.
  local year = 1970
  local function length(y) return (y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0)) and 366 or 365 end
  while day >= length(year) do
    day = day - length(year)
    year = year + 1
  end
  local months = { 31, length(year) == 366 and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  local month = 1
  while day >= months[month] do
    day = day - months[month]
    month = month + 1
  end
  return ("%04d-%02d-%02d"):format(year, month, day + 1)
end

local function texts(list)
  local parts = {}
  for i, text in ipairs(list) do parts[i] = ("%q"):format(text) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function comparison(c)
  return (":%s(%s%s)"):format(c.compare, c.a, c.b and ", " .. c.b or "")
end

local write = {}

local function receiver_of(fact)
  if fact.answer then return "answer." .. fact.name end
  return fact.level .. "." .. (fact.via and fact.via .. "." or "") .. fact.name
end

function write.first_known(c)
  local parts = {}
  for i, fact in ipairs(c.facts) do parts[i] = receiver_of(fact) end
  return ("q.first_known { %s }%s"):format(table.concat(parts, ", "), comparison(c))
end

function write.fact(c)
  local receiver = receiver_of(c.fact)
  if c.op == "compare" then return receiver .. comparison(c) end
  if c.op == "days_since" then return receiver .. ":days_since()" .. comparison(c) end
  if c.op == "in_next" or c.op == "in_last" then return ("%s:%s(%q)"):format(receiver, c.op, c.a .. "d") end
  if c.fact.type == "date" and c.a then return ("%s:%s(%q)"):format(receiver, c.op, date(c.a)) end
  if c.op == "matches" then return ("%s:matches(%q)"):format(receiver, table.concat(c.texts, "|")) end
  if not c.texts then return ("%s:%s()"):format(receiver, c.op) end
  local single = c.op == "is" or c.fact.type == "choice" and c.op ~= "one_of"
  return ("%s:%s(%s)"):format(receiver, c.op, single and ("%q"):format(c.texts[1]) or texts(c.texts))
end

function write.side(c)
  local argument = c.op == "confirmed_by" and ("%q"):format(c.voice) or ""
  return ("answer.%s:%s(%s)"):format(c.fact.name, c.op, argument)
end

function write.events(c)
  local text = (c.level == "account" and "account.event." or "event.") .. c.name
  if c.where then
    local name, value = next(c.where)
    text = text .. (":where { %s = %s }"):format(name, type(value) == "string" and ("%q"):format(value) or value)
  end
  local window = c.window and ("%q"):format(c.window .. "d") or ""
  if c.op == "sum" then
    text = text .. ':sum("seconds"' .. (c.window and ", " .. window or "") .. ")"
  else
    text = text .. (":%s(%s)"):format(c.op, window)
  end
  if c.date then
    return text .. (":%s(%q)"):format(c.date, c.date == "in_last" and c.a .. "d" or date(c.a))
  end
  return c.compare and text .. comparison(c) or text
end

function write.score(c) return ("m.%s%s"):format(c.score, comparison(c)) end

function write.group(c)
  if c.op == "covers" then return ("account.group:covers %s"):format(texts(c.roles)) end
  if c.op == "size" then return "account.group:size()" .. comparison(c) end
  return ("account.group:%s(%s)"):format(c.op, source.condition(c.condition))
end

local function joined(c, word)
  local parts = {}
  for i, part in ipairs(c.parts) do parts[i] = source.condition(part) end
  return "(" .. table.concat(parts, word) .. ")"
end

write["and"] = function(c) return joined(c, " & ") end
write["or"] = function(c) return joined(c, " | ") end
write["not"] = function(c) return "~" .. source.condition(c.parts[1]) end
write.at_least_of = function(c)
  local parts = {}
  for i, part in ipairs(c.parts) do parts[i] = source.condition(part) end
  return ("q.at_least(%d, %s)"):format(c.k, table.concat(parts, ", "))
end

function source.condition(c) return write[c.kind](c) end

local function rule(s, r, out)
  local options = {}
  local function add(form, ...) options[#options + 1] = form:format(...) end
  if r.kind == "condition" then
    add("points = %s", r.points)
  elseif r.kind == "function" then
    if r.reads then
      add("points = function(l) return l:events(%q, %q):count() * %s - %s end", r.reads, r.window .. "d", r.factor, r.less)
    else
      add("points = function(l) if l.age == nil then return nil end return l.age * %s - %s end", r.factor, r.less)
    end
    if r.cap then add("cap = %s", r.cap) end
  else
    local per, most = {}, {}
    for i, entry in ipairs(r.per_event) do
      per[i] = ("%s = %s"):format(entry.kind, entry.points)
      if entry.most then
        local rate = entry.most.days == 0 and "once" or ("%d per %dd"):format(entry.most.count, entry.most.days)
        most[#most + 1] = ("%s = %q"):format(entry.kind, rate)
      end
    end
    add("per_event = { %s }", table.concat(per, ", "))
    if #most > 0 then add("at_most = { %s }", table.concat(most, ", ")) end
    if r.fading then add("%s = %q", r.fading.way, r.fading.days .. "d") end
    if r.cap then add("cap = %s", r.cap) end
  end
  if r.group then add("group = %q", r.group) end
  if r.when then add("when = %s", source.condition(r.when)) end
  out[#out + 1] = ("%s:rule %q { %s }"):format(s.name, r.name, table.concat(options, ", "))
end

-- Files of the pack by name.
function source.pack(pack)
  local out = {
    'local q = require "assay.qualification"',
    "local lead, account, event, answer = q.lead, q.account, q.event, q.answer",
    'local m = q.model "reference"',
  }
  for _, s in ipairs(pack.scores) do
    local groups = {}
    for i, group in ipairs(s.groups) do groups[i] = ("%s = %s"):format(group.name, group.cap) end
    out[#out + 1] = ("local %s = m:score(%q, { %s%s%sgroups = { %s } })"):format(s.name, s.name,
      s.floor and ("floor = %s, "):format(s.floor) or "", s.cap and ("cap = %s, "):format(s.cap) or "",
      s.restart and "restart_on_recycle = true, " or "", table.concat(groups, ", "))
    for _, r in ipairs(s.rules) do rule(s, r, out) end
  end
  for _, d in ipairs(pack.disqualifiers) do
    out[#out + 1] = ("m:disqualify %q { when = %s }"):format(d.name, source.condition(d.condition))
  end
  for _, g in ipairs(pack.gates) do
    local criteria = {}
    for i, c in ipairs(g.criteria) do criteria[i] = ("%s = %s"):format(c.name, source.condition(c.condition)) end
    out[#out + 1] = ("m:gate %q { level = %q, criteria = { %s } }"):format(g.name, g.level, table.concat(criteria, ", "))
  end
  local axes = {}
  for i, axis in ipairs(pack.grade) do
    local bands = {}
    for label, from in pairs(axis.bands) do bands[#bands + 1] = ("[%q] = %s"):format(label, from) end
    table.sort(bands)
    axes[i] = ("%s = { %s }"):format(axis.score, table.concat(bands, ", "))
  end
  out[#out + 1] = ("m:grade { %s }"):format(table.concat(axes, ", "))
  out[#out + 1] = "return m"
  local head = [[
local pack = require "assay.pack"
return pack "reference" {
  owner = "tests@assay.example",
  fields = {
    lead = { level = { type = "choice", values = ]] .. texts(generate.levels) .. [[ }, age = "integer", rate = "number",
             vip = "boolean", joined = "date", tags = { type = "choices", values = ]] .. texts(generate.tags) .. [[ },
             group_role = "choice" },
    account = { industry = "text", employees = "integer", revenue = "money" },
  },
  answers = {
    need = { ask = "Need?", values = ]] .. texts(generate.needs) .. [[ },
    evaluating = { ask = "Evaluating?", type = "boolean" },
    headcount = { ask = "How many?", type = "integer" },
    urgency = { ask = "Urgent?", type = "text", scope = "account" },
    decision_by = { ask = "By when?", type = "date", scope = "account" },
  },
  events = {
    click = { by = "buyer", intent = "content", properties = { page = "text", seconds = "number" } },
    visit = { by = "buyer", intent = "content", properties = { seconds = "number" } },
    raise = { by = "buyer", intent = "hand_raise" },
    sent = { by = "seller", properties = { seconds = "number" } },
  },
  rules = { "rules" },
}
]]
  return { ["pack.lua"] = head, ["rules.lua"] = table.concat(out, "\n") .. "\n" }
end

-- The table that decide takes ------------------------------------------------------------------------------

local types = {}
for _, fact in ipairs(generate.facts) do types[fact.name] = fact.type end

local function shown(name, value) return types[name] == "date" and date(value) or value end

local function fields(from)
  local to = {}
  for name, value in pairs(from.fields) do to[name] = shown(name, value) end
  return to
end

local function answers(to, from)
  for name, answer in pairs(from.answers) do
    to[name] = { value = shown(name, answer.value), by = answer.voices, manner = answer.inferred and "inferred" or "stated" }
  end
  return to
end

local function events(list)
  local to = {}
  for i, event in ipairs(list) do
    to[i] = { event.kind, event.time }
    for name, value in pairs(event.properties) do to[i][name] = value end
  end
  return to
end

local function subject(lead)
  local own = fields(lead)
  own.former_account = lead.former and fields(lead.former)
  return {
    lead = own,
    answers = answers({}, lead),
    events = events(lead.events),
    tracked = lead.tracked,
    prior = lead.recycled and { stage = "suspect", entered = lead.recycled, recycled = lead.recycled } or nil,
  }
end

function source.description(world)
  local d = subject(world.leads[1])
  d.at = world.at
  d.feeds = world.feeds
  if world.account then
    d.account = fields(world.account)
    d.account_events = events(world.account.events)
    answers(d.answers, world.account)
    d.group = {}
    for i = 2, #world.leads do d.group[i - 1] = subject(world.leads[i]) end
  end
  return d
end

return source
