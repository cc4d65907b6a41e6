-- Makes a lead that fails a property smaller as long as it still fails, and writes it as a row that a test can take over.
local shrink = {}

-- So many smaller leads are tried: each costs a decision, and what is left then is small enough to read.
local MOST_TRIED <const> = 1500
-- Arrays whose items may be left out, by the part of the description.
local LISTS <const> = { events = true, account_events = true, touches = true, group = true, users = true }
local ORDER <const> = { "at", "lead", "account", "events", "account_events", "answers", "group" }

function shrink.copy(value)
  if type(value) ~= "table" then return value end
  local made = {}
  for key, item in pairs(value) do made[key] = shrink.copy(item) end
  return made
end

-- --- smaller values ---

local function smaller_values(value)
  if math.type(value) == "integer" and value ~= 0 then
    local step = value > 0 and 1 or -1
    return { 0, value // 2, value - step }
  elseif math.type(value) == "float" and value ~= 0 then
    return { 0, math.tointeger(math.floor(value)) }
  elseif type(value) == "string" then
    local n, unit, tail = value:match "^(%d+)([a-z])( ago)$"
    if n and tonumber(n) > 0 then
      n = math.tointeger(tonumber(n))
      return { "0" .. unit .. tail, n // 2 .. unit .. tail, n - 1 .. unit .. tail }
    end
    local words = {}
    for word in value:gmatch "%S+" do words[#words + 1] = word end
    return #words > 1 and words or {}
  elseif type(value) == "table" and value.value ~= nil then
    return { value.value } -- an answer without who gave it and how
  end
  return {}
end

-- Parts of a description that are tables by name: of these `always` keeps single entries, of others the whole.
local BY_NAME <const> = { lead = true, account = true, answers = true }

local function is_kept(path, always)
  local part = path[1]
  if always == nil or always[part] == nil then return false end
  return not BY_NAME[part] or #path == 1 or always[part][path[2]] ~= nil
end

-- Edits, coarsest first: each is a path into the description and what stands there then (nil: nothing). What every lead of the
-- property has stays.
local function edits_of(case, always)
  local edits = {}
  local function add(path, value, remove, first, last)
    if is_kept(path, always) then return end
    edits[#edits + 1] = { path = path, value = value, remove = remove, first = first, last = last }
  end
  local function below(path, key)
    local made = {}
    for i, one in ipairs(path) do made[i] = one end
    made[#made + 1] = key
    return made
  end
  local level = { { path = {}, value = case, list = false } }
  while #level > 0 do
    local deeper = {}
    for _, at in ipairs(level) do
      if at.list then
        local n = #at.value
        if n > 3 then
          add(at.path, nil, true, 1, n // 2)
          add(at.path, nil, true, n // 2 + 1, n)
        end
        for i = 1, n do add(at.path, nil, true, i, i) end
      else
        for key in pairs(at.value) do
          if type(key) == "string" then add(below(at.path, key)) end
        end
      end
      for key, item in pairs(at.value) do
        for _, value in ipairs(smaller_values(item)) do add(below(at.path, key), value) end
        if type(item) == "table" then
          deeper[#deeper + 1] = { path = below(at.path, key), value = item, list = LISTS[key] or false }
        end
      end
    end
    level = deeper
  end
  return edits
end

local function edited(case, edit)
  local made = shrink.copy(case)
  local at, last = made, edit.path[#edit.path]
  for i = 1, #edit.path - 1 do at = at[edit.path[i]] end
  if edit.remove then
    for _ = edit.first, edit.last do table.remove(at[last], edit.first) end
  else
    at[last] = edit.value
  end
  return made
end

-- The smallest description found for which fails(description) is still true, and how many steps led there.
function shrink.smallest(case, always, fails)
  local tried, steps = 0, 0
  local progress = true
  while progress do
    progress = false
    for _, edit in ipairs(edits_of(case, always)) do
      if tried >= MOST_TRIED then return case, steps end
      tried = tried + 1
      local smaller = edited(case, edit)
      if fails(smaller) then
        case, steps, progress = smaller, steps + 1, true
        break
      end
    end
  end
  return case, steps
end

-- --- writing ---

local LINE <const> = 100

local function literal(value)
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, item in pairs(value) do
    local name = ""
    if type(key) == "string" then
      name = key:match "^[%a_][%w_]*$" and key .. " = " or ("[%q] = "):format(key)
    end
    parts[#parts + 1] = name .. literal(item)
  end
  return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
end
shrink.literal = literal

-- `decide { lead = { title = "COO" } }`, on several lines when it is long.
function shrink.row(case)
  local parts, seen = {}, {}
  local function add(key)
    if case[key] ~= nil and not seen[key] then parts[#parts + 1] = key .. " = " .. literal(case[key]) end
    seen[key] = true
  end
  for _, key in ipairs(ORDER) do add(key) end
  for key in pairs(case) do add(key) end
  local short = table.concat(parts, ", ")
  if #parts == 0 then return "decide {}" end
  if #short <= LINE then return "decide { " .. short .. " }" end
  return "decide {\n  " .. table.concat(parts, ",\n  ") .. ",\n}"
end

return shrink
