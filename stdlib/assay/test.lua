--- Rule tests: describe a lead, let the pack decide it, say what you expect.
---
---     local test = require "assay.test"
---     local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide
---
---     describe("an inquiry", function()
---       it("is never handed over", function()
---         local d = decide { lead = { title = "VP Operations" }, events = { { "whitepaper", "1d ago" } } }
---         expect(d.stage):is "nurture"
---         expect(d:verdict "sales_ready"):is "insufficient"
---       end)
---     end)
---
--- `assay test` runs every *_test.lua of a pack, each in a fresh state. The clock of a test is `at`.

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

-- How many expectations the running test has checked: one that checks none proves nothing.
local checked = 0

local function check(holds, reading, form, ...)
  checked = checked + 1
  if not holds then trial.fail(form:format(...), reading) end
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
local matchers = {}

--- The value is equal; tables are equal when their contents are.
function matchers:is(expected)
  check(same(self.value, expected, 0), self.reading, "expected %s, saw %s", show(expected), show(self.value))
end

--- The value is not equal.
function matchers:is_not(unexpected)
  check(not same(self.value, unexpected, 0), self.reading, "expected anything but %s", show(unexpected))
end

--- The value is nil.
function matchers:is_nil()
  check(self.value == nil, self.reading, "expected nothing, saw %s", show(self.value))
end

--- The value is true.
function matchers:is_true()
  check(self.value == true, self.reading, "expected true, saw %s", show(self.value))
end

--- The value is false.
function matchers:is_false()
  check(self.value == false, self.reading, "expected false, saw %s", show(self.value))
end

--- The number is so much or more.
function matchers:at_least(least)
  check(number_of(self.value, "at_least") >= least, self.reading, "expected at least %s, saw %s", show(least), show(self.value))
end

--- The number is so much or less.
function matchers:at_most(most)
  check(number_of(self.value, "at_most") <= most, self.reading, "expected at most %s, saw %s", show(most), show(self.value))
end

--- The number is greater.
function matchers:more_than(less)
  check(number_of(self.value, "more_than") > less, self.reading, "expected more than %s, saw %s", show(less), show(self.value))
end

--- The number is smaller.
function matchers:less_than(more)
  check(number_of(self.value, "less_than") < more, self.reading, "expected less than %s, saw %s", show(more), show(self.value))
end

--- The number lies between two, both included.
function matchers:between(least, most)
  local seen = number_of(self.value, "between")
  check(seen >= least and seen <= most, self.reading, "expected %s to %s, saw %s", show(least), show(most), show(seen))
end

--- The number is within a tolerance of another.
function matchers:close_to(expected, tolerance)
  local seen = number_of(self.value, "close_to")
  check(math.abs(seen - expected) <= tolerance, self.reading, "expected %s within %s, saw %s", show(expected), show(tolerance),
        show(seen))
end

--- The value is one of several.
function matchers:one_of(expected)
  check(holds_item(expected, self.value), self.reading, "expected one of %s, saw %s", show(expected), show(self.value))
end

--- The text contains another, or the table an item.
function matchers:contains(item)
  check(holds_item(self.value, item), self.reading, "expected %s in %s", show(item), show(self.value))
end

--- The text does not contain another, nor the table an item.
function matchers:lacks(item)
  check(not holds_item(self.value, item), self.reading, "expected no %s in %s", show(item), show(self.value))
end

--- The text matches a Lua pattern.
function matchers:matches(pattern)
  check(type(self.value) == "string" and self.value:find(pattern) ~= nil, self.reading, "expected a match of %s, saw %s",
        show(pattern), show(self.value))
end

--- The function raises an error whose text contains another.
function matchers:fails_with(text)
  local fine, problem = pcall(self.value)
  check(not fine and tostring(problem):find(text, 1, true) ~= nil, self.reading, "expected an error with %s, saw %s", show(text),
        fine and "none" or show(tostring(problem)))
end

local subject = {
  __index = function(_, name)
    if name == "value" or name == "reading" then return nil end -- of a subject that has none
    local matcher = matchers[name]
    if matcher == nil then trial.fail(("expect(…) has no %q"):format(tostring(name))) end
    return matcher
  end,
}

--- What was seen; one of the matchers follows: expect(d.stage):is "nurture".
local function expect(value)
  return setmetatable({ value = value, reading = trial.reading(value) }, subject)
end

-- Groups, innermost first. Tests are noted while the file runs and run by the host afterwards.
local group = { befores = {}, afters = {} }
local noting = true

local function require_noting(what)
  if not noting then error(what .. " belongs into describe or the file, not into a test", 3) end
end

local function path(name)
  local names, at = { name }, group
  while at do
    if at.name then table.insert(names, 1, at.name) end
    at = at.parent
  end
  return table.concat(names, " › ")
end

--- A group of tests.
local function describe(name, body)
  require_noting "describe"
  local outer = group
  group = { name = name, parent = outer, befores = {}, afters = {} }
  body()
  group = outer
end

--- Runs before every test of the group and of those inside it, the outermost first.
local function before_each(body)
  require_noting "before_each"
  group.befores[#group.befores + 1] = body
end

--- Runs after every test, also a failed one, the innermost first.
local function after_each(body)
  require_noting "after_each"
  group.afters[#group.afters + 1] = body
end

local function run(own, body)
  local chain, at = {}, own
  while at do
    table.insert(chain, 1, at)
    at = at.parent
  end
  noting, checked = false, 0
  local fine, problem = pcall(function()
    for _, one in ipairs(chain) do
      for _, before in ipairs(one.befores) do before() end
    end
    body()
    if checked == 0 then trial.fail "the test expects nothing: it cannot fail" end
  end)
  for i = #chain, 1, -1 do
    for k = #chain[i].afters, 1, -1 do
      local ended, other = pcall(chain[i].afters[k])
      if fine and not ended then fine, problem = false, other end
    end
  end
  noting = true
  if not fine then error(problem, 0) end
end

--- A test that is still to be written.
local function pending(name)
  require_noting "pending"
  trial.case(path(name))
end

--- A test. Without a body it is pending.
local function it(name, body)
  require_noting "it"
  if body == nil then return trial.case(path(name)) end
  local own = group
  trial.case(path(name), function() run(own, body) end)
end

--- One test a row: each { ["a director"] = { level = "director" }, … } ("earns points", function(row) … end).
local function each(rows)
  require_noting "each"
  return function(name, body)
    local own = group
    for key, row in pairs(rows) do
      local title = type(key) == "string" and key or (type(row) == "table" and row[1]) or key
      trial.case(path(name .. ": " .. tostring(title)), function()
        run(own, function() body(row, title) end)
      end)
    end
  end
end

return {
  describe = describe,
  it = it,
  each = each,
  pending = pending,
  before_each = before_each,
  after_each = after_each,
  expect = expect,
  decide = trial.decide,
  --- Short for expect(seen):is(expected).
  equal = function(seen, expected) expect(seen):is(expected) end,
}
