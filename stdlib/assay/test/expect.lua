-- Expectations: what expect(value) knows, and how values are shown. Which test runs is test.lua's.
local trial = require "assay.trial"

local SHOWN_ITEMS <const>, SHOWN_DEPTH <const> = 12, 4

-- Values as a person reads them. Tables are cut: a failure shows what differs, not a data dump.
local function show(value, depth)
  depth = depth or 0
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  if depth >= SHOWN_DEPTH then return "{…}" end
  local parts, n = {}, 0
  for key, item in pairs(value) do
    n = n + 1
    if n > SHOWN_ITEMS then
      parts[n] = "…"
      break
    end
    local name = math.type(key) == "integer" and "" or tostring(key) .. " = "
    parts[n] = name .. show(item, depth + 1)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function same(a, b, depth)
  if rawequal(a, b) then return true end
  if type(a) == "number" and type(b) == "number" then return a == b end
  if type(a) ~= "table" or type(b) ~= "table" or depth > 32 then return false end
  for key, item in pairs(a) do
    if not same(item, b[key], depth + 1) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- How many expectations the running test has checked (one that checks none proves nothing), and whether one failed:
-- a property that fails may be tried on a smaller lead, a test that breaks may not.
local checked, failed = 0, false

local function fail(what, reading)
  failed = true
  trial.fail(what, reading)
end

local function check(holds, reading, form, ...)
  checked = checked + 1
  if not holds then fail(form:format(...), reading) end
end

local function number_of(value, what)
  if type(value) ~= "number" then
    trial.fail(("%s compares numbers, but saw %s"):format(what, show(value)))
  end
  return value
end

local function holds_item(value, item)
  if type(value) == "string" then return value:find(tostring(item), 1, true) ~= nil end
  if type(value) ~= "table" then return false end
  for _, one in pairs(value) do
    if same(one, item, 0) then return true end
  end
  return false
end

-- The matchers of expect(value); each gets the subject, whose `value` was seen.
---@class assay.Expectation
local matchers = {}

---The value is equal; tables are equal when their contents are.
---
---```lua
---expect(d.stage):is "nurture"
---```
---@param expected any
function matchers:is(expected)
  check(same(self.value, expected, 0), self.reading, "expected %s, saw %s", show(expected), show(self.value))
end

---The value is not equal.
---
---```lua
---expect(d.stage):is_not "won"
---```
---@param unexpected any
function matchers:is_not(unexpected)
  check(not same(self.value, unexpected, 0), self.reading, "expected anything but %s", show(unexpected))
end

---The value is nil.
---
---```lua
---expect(d.disqualified):is_nil()
---```
function matchers:is_nil()
  check(self.value == nil, self.reading, "expected nothing, saw %s", show(self.value))
end

---The value is true.
---
---```lua
---expect(d.outside == false):is_true()
---```
function matchers:is_true()
  check(self.value == true, self.reading, "expected true, saw %s", show(self.value))
end

---The value is false.
---
---```lua
---expect(d.attention):is_false()
---```
function matchers:is_false()
  check(self.value == false, self.reading, "expected false, saw %s", show(self.value))
end

---The number is so much or more.
---
---```lua
---expect(d:score "fit"):at_least(20)
---```
---@param least number
function matchers:at_least(least)
  check(number_of(self.value, "at_least") >= least, self.reading, "expected at least %s, saw %s", show(least), show(self.value))
end

---The number is so much or less.
---
---```lua
---expect(d:score "fit"):at_most(100)
---```
---@param most number
function matchers:at_most(most)
  check(number_of(self.value, "at_most") <= most, self.reading, "expected at most %s, saw %s", show(most), show(self.value))
end

---The number is greater.
---
---```lua
---expect(d:score "fit"):more_than(0)
---```
---@param less number
function matchers:more_than(less)
  check(number_of(self.value, "more_than") > less, self.reading, "expected more than %s, saw %s", show(less), show(self.value))
end

---The number is smaller.
---
---```lua
---expect(d:score "interest"):less_than(40)
---```
---@param more number
function matchers:less_than(more)
  check(number_of(self.value, "less_than") < more, self.reading, "expected less than %s, saw %s", show(more), show(self.value))
end

---The number lies between two, both included.
---
---```lua
---expect(d:score "fit"):between(0, 100)
---```
---@param least number
---@param most number
function matchers:between(least, most)
  local seen = number_of(self.value, "between")
  check(seen >= least and seen <= most, self.reading, "expected %s to %s, saw %s", show(least), show(most), show(seen))
end

---The number is within a tolerance of another.
---
---```lua
---expect(10 / 3):close_to(3.33, 0.01)
---```
---@param expected number
---@param tolerance number
function matchers:close_to(expected, tolerance)
  local seen = number_of(self.value, "close_to")
  check(math.abs(seen - expected) <= tolerance, self.reading, "expected %s within %s, saw %s", show(expected), show(tolerance),
        show(seen))
end

---The value is one of several.
---
---```lua
---expect(d.stage):one_of { "suspect", "nurture" }
---```
---@param expected any[]
function matchers:one_of(expected)
  check(holds_item(expected, self.value), self.reading, "expected one of %s, saw %s", show(expected), show(self.value))
end

---The text contains another, or the table an item.
---
---```lua
---expect({ "email", "call" }):contains "call"
---```
---@param item any
function matchers:contains(item)
  check(holds_item(self.value, item), self.reading, "expected %s in %s", show(item), show(self.value))
end

---The text does not contain another, nor the table an item.
---
---```lua
---expect({ "email", "call" }):lacks "letter"
---```
---@param item any
function matchers:lacks(item)
  check(not holds_item(self.value, item), self.reading, "expected no %s in %s", show(item), show(self.value))
end

---The text matches a Lua pattern.
---
---```lua
---expect(d.grade):matches "^%u%d$"
---```
---@param pattern string
function matchers:matches(pattern)
  check(type(self.value) == "string" and self.value:find(pattern) ~= nil, self.reading, "expected a match of %s, saw %s",
        show(pattern), show(self.value))
end

---The function raises an error whose text contains another.
---
---```lua
---expect(function() error "no such list" end):fails_with "list"
---```
---@param text string
function matchers:fails_with(text)
  local fine, problem = pcall(self.value)
  check(not fine and tostring(problem):find(text, 1, true) ~= nil, self.reading, "expected an error with %s, saw %s", show(text),
        fine and "none" or show(tostring(problem)))
end

local subject = {
  __index = function(_, name)
    if name == "value" or name == "reading" then return nil end -- of a subject that has none
    local matcher = matchers[name]
    if matcher == nil then trial.fail(("expect(…) has no %q; `assay manual assay.test` tells what it has"):format(tostring(name))) end
    return matcher
  end,
}

-- test.expect; one of the matchers follows.
local function expect(value)
  return setmetatable({ value = value, reading = trial.reading(value) }, subject)
end

-- Forgets what was checked: before a test, and before each lead of a property.
local function begin() checked, failed = 0, false end

return {
  expect = expect,
  -- An expectation in words: check(holds, decision or nil, "saw %s", value).
  check = check,
  fail = fail,
  show = show,
  same = same,
  begin = begin,
  -- How many expectations were checked since begin, and whether one of them failed.
  outcome = function() return checked, failed end,
}
