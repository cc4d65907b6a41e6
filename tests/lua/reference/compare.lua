-- Runs generated packs over generated leads through the kernels and through evaluate.lua, and compares every ledger,
-- interval, criterion, verdict and grade to the thousandth of a point. `kernel` comes from the driver:
-- kernel.load(files) → pack; kernel.decide(pack, description) → decision, as in a rule test.
local kernel, packs, worlds, first_seed = ...

local random = require "random"
local generate = require "generate"
local source = require "source"
local evaluate = require "evaluate"

local function thousandths(points) return points < 0 and -((-points * 1000 + 0.5) // 1 | 0) or (points * 1000 + 0.5) // 1 | 0 end

local function entry_name(entry)
  if entry.kind == "rule" or entry.kind == "events" then return entry.rule end
  if entry.kind == "rule_cap" then return entry.rule .. " (cap)" end
  if entry.kind == "group_cap" then return "group " .. entry.group end
  return entry.kind
end

-- What differs for one lead: a text, or nil.
local function difference(pack, world, lead, d)
  local function differs(what, reference, seen)
    if reference ~= seen then
      return ("%s: the reference says %s, the kernels %s"):format(what, tostring(reference), tostring(seen))
    end
  end
  local scores = {}
  for _, s in ipairs(pack.scores) do
    local mine = evaluate.score(pack, s.name, { world = world, lead = lead })
    scores[s.name] = mine
    local value, low, high = d:score(s.name)
    local ledger = d:ledger(s.name)
    local found = differs(s.name .. " value", mine.value, thousandths(value))
      or differs(s.name .. " low", mine.low, thousandths(low))
      or differs(s.name .. " high", mine.high, thousandths(high))
      or differs(s.name .. " value in the ledger", mine.value, thousandths(ledger.value))
    if found then return found end
    local theirs, sum = {}, 0
    for _, entry in ipairs(ledger) do
      local name = entry_name(entry)
      theirs[name] = (theirs[name] or 0) + thousandths(entry.points)
      sum = sum + thousandths(entry.points)
    end
    found = differs(s.name .. " balance", mine.value, sum)
    for name, points in pairs(mine.entries) do
      found = found or differs(("%s entry %q"):format(s.name, name), points, theirs[name])
    end
    for name, points in pairs(theirs) do
      found = found or differs(("%s entry %q"):format(s.name, name), mine.entries[name], points)
    end
    local open = {}
    for _, one in ipairs(ledger.open) do open[one.rule] = one.state end
    for _, r in ipairs(s.rules) do
      found = found or differs(("%s open rule %q"):format(s.name, r.name), mine.open[r.name], open[r.name])
    end
    if found then return found end
  end
  for _, gate in ipairs(pack.gates) do
    local states = {}
    for i, criterion in ipairs(gate.criteria) do
      states[i] = evaluate.criterion(pack, gate, criterion, world, lead)
      local found = differs(("gate %s, criterion %s"):format(gate.name, criterion.name), states[i], d:criterion(gate.name, criterion.name))
      if found then return found end
    end
    local found = differs("gate " .. gate.name, evaluate.verdict(states), d:verdict(gate.name))
    if found then return found end
  end
  return differs("grade", evaluate.grade(pack, scores), d.grade)
    or differs("disqualified", evaluate.disqualified(pack, world, lead), d.disqualified)
end

-- All leads of a world; of a crowd those around the borders of words and batches of rows.
local function checked_leads(world)
  local rows = {}
  if #world.leads > 64 then return { 1, 2, 64, 65, 1023, 1024, 1025, #world.leads } end
  for i = 1, #world.leads do rows[i] = i end
  return rows
end

local function check_world(pack, loaded, world)
  world.asked = nil
  local d = kernel.decide(loaded, source.description(world))
  for _, i in ipairs(checked_leads(world)) do
    local found = difference(pack, world, world.leads[i], i == 1 and d or d:member(i - 1))
    if found then return found, i end
  end
end

-- Shrinking: drops parts of the pack and the world while some difference stays, to show a small case ------------------

local function try(pack, world)
  local fine, loaded = pcall(kernel.load, source.pack(pack))
  if not fine then return nil end -- without the part it is no pack, for example an unused score
  local ok, found, lead = pcall(check_world, pack, loaded, world)
  return ok and found or nil, lead
end

-- Every list whose items may be left out.
local function lists(pack, world)
  local all = { pack.gates, pack.disqualifiers, world.leads }
  for _, s in ipairs(pack.scores) do all[#all + 1] = s.rules end
  for _, g in ipairs(pack.gates) do all[#all + 1] = g.criteria end
  for _, lead in ipairs(world.leads) do all[#all + 1] = lead.events end
  if world.account then all[#all + 1] = world.account.events end
  return all
end

local function shrink(pack, world)
  local again = true
  while again do
    again = false
    for _, list in ipairs(lists(pack, world)) do
      for i = #list, 1, -1 do
        local removed = table.remove(list, i)
        if (#list > 0 or list ~= world.leads) and try(pack, world) then again = true else table.insert(list, i, removed) end
      end
    end
  end
end

local function show(value, indent)
  if type(value) ~= "table" then return type(value) == "string" and ("%q"):format(value) or tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do
    parts[i] = (type(key) == "string" and key .. " = " or "") .. show(value[key], indent .. "  ")
  end
  local line = "{ " .. table.concat(parts, ", ") .. " }"
  if #line < 100 then return line end
  return "{\n" .. indent .. "  " .. table.concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. "}"
end

local function report(seed, pack, world)
  shrink(pack, world)
  local found, lead = try(pack, world)
  return ("seed %d: %s (lead %s)\n\n%s\ndecide %s\n"):format(seed, found or "the difference went away while shrinking",
    tostring(lead), source.pack(pack)["rules.lua"], show(source.description(world), ""))
end

local cases = 0
for seed = first_seed, first_seed + packs - 1 do
  local r = random.new(seed)
  local pack = generate.pack(r)
  local files = source.pack(pack)
  local fine, loaded = pcall(kernel.load, files)
  if not fine then return ("seed %d: the pack does not load: %s\n%s"):format(seed, tostring(loaded), files["rules.lua"]) end
  for i = 1, worlds do
    local crowded = i == worlds and seed % 50 == 0
    local world = crowded and generate.crowd(r) or generate.world(r)
    local ok, found = pcall(check_world, pack, loaded, world)
    if not ok then return ("seed %d: deciding failed: %s\n%s\ndecide %s"):format(seed, tostring(found), files["rules.lua"], show(source.description(world), "")) end
    if found then return report(seed, pack, world) end
    cases = cases + #checked_leads(world)
  end
end
return nil, cases
