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
--- `assay test` runs every *_test.lua of a pack, each in a fresh state. The clock stands still until a test moves it.

local trial = require "assay.trial"
local double = require "assay.test.double"
local expectation = require "assay.test.expect"
local explore = require "assay.test.explore"
local sample = require "assay.test.sample"

-- --- groups ---

-- Groups, innermost last. Tests are noted while the file runs and run by the host afterwards.
local group = { befores = {}, afters = {}, tags = {} }
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

local TEST_OPTIONS <const> = { tags = true }

-- The tags of a name ("is slow #slow"), of its options and of the groups around, each once.
local function tags_of(name, options)
  local tags, seen = {}, {}
  local function add(tag)
    if not seen[tag] then tags[#tags + 1] = tag end
    seen[tag] = true
  end
  for _, tag in ipairs(group.tags) do add(tag) end
  for tag in name:gmatch "#([%w_][%w_-]*)" do add(tag) end
  for _, tag in ipairs(options and options.tags or {}) do add(tag) end
  return tags
end

-- Options may stand between name and body.
local function split(what, options, body)
  if body == nil and type(options) ~= "table" then return nil, options end
  for key in pairs(options) do
    if not TEST_OPTIONS[key] then error(("%s knows no %q: tags"):format(what, tostring(key)), 3) end
  end
  return options, body
end

--- A group of tests: describe("routes", function() … end); describe("routes", { tags = { "slow" } }, function() … end).
---@type fun(name: string, options: { tags: string[] }|fun(), body: fun()?)
local function describe(name, options, body)
  require_noting "describe"
  options, body = split("describe", options, body)
  local outer = group
  group = { name = name, parent = outer, befores = {}, afters = {}, tags = tags_of(name, options) }
  body()
  group = outer
end

--- Runs before every test of the group and of those inside it, the outermost first.
---@type fun(body: fun())
local function before_each(body)
  require_noting "before_each"
  group.befores[#group.befores + 1] = body
end

--- Runs after every test, also a failed one, the innermost first.
---@type fun(body: fun())
local function after_each(body)
  require_noting "after_each"
  group.afters[#group.afters + 1] = body
end

-- --- running ---

local function run(own, body)
  local chain, at = {}, own
  while at do
    table.insert(chain, 1, at)
    at = at.parent
  end
  noting = false
  expectation.begin()
  local fine, problem = pcall(function()
    for _, one in ipairs(chain) do
      for _, before in ipairs(one.befores) do before() end
    end
    body()
    if expectation.outcome() == 0 then expectation.fail "the test expects nothing: it cannot fail" end
  end)
  for i = #chain, 1, -1 do
    for k = #chain[i].afters, 1, -1 do
      local ended, other = pcall(chain[i].afters[k])
      if fine and not ended then fine, problem = false, other end
    end
  end
  double.restore()
  noting = true
  if not fine then error(problem, 0) end
end

local function note(name, options, body)
  local own = group
  trial.case(path(name), function() run(own, body) end, tags_of(name, options))
end

--- A test that is still to be written.
---@type fun(name: string)
local function pending(name)
  require_noting "pending"
  trial.case(path(name), nil, tags_of(name))
end

--- A test: it("is never handed over", function() … end). Without a body it is pending.
---@type fun(name: string, options: { tags: string[] }|fun()|nil, body: fun()?)
local function it(name, options, body)
  require_noting "it"
  if options == nil then return trial.case(path(name), nil, tags_of(name)) end
  options, body = split("it", options, body)
  note(name, options, body)
end

--- One test a row: each { ["a director"] = { level = "director" }, … } ("earns points", function(row) … end).
---@type fun(rows: table): fun(name: string, options: { tags: string[] }|fun(row: any, key: any), body: fun(row: any, key: any)?)
local function each(rows)
  require_noting "each"
  return function(name, options, body)
    options, body = split("each", options, body)
    for key, row in pairs(rows) do
      local title = type(key) == "string" and key or (type(row) == "table" and row[1]) or key
      note(name .. ": " .. tostring(title), options, function() body(row, title) end)
    end
  end
end

local FOR_ALL <const> = { cases = true, always = true, without = true, tags = true }

--- One test over many generated leads: for_all { cases = 200 } ("is never both", function(case, draw) … end). `always` is a
--- description that every lead has, `without` names parts that none has. A lead that fails is made smaller and printed as a row.
---@type fun(options: { cases: integer?, always: table?, without: string[]?, tags: string[]? }): fun(name: string, body: fun(case: table, draw: table))
local function for_all(options)
  require_noting "for_all"
  options = options or {}
  for key in pairs(options) do
    if not FOR_ALL[key] then error(("for_all knows no %q: cases, always, without or tags"):format(tostring(key)), 2) end
  end
  sample.check(options)
  return function(name, body)
    note(name, options, function() explore.run(path(name), options, body) end)
  end
end

-- --- what tests are made of ---

--- Stands for a fact that is not known: with(company, { revenue = test.unknown }).
local unknown <const> = {}

--- A table with some entries changed; `unknown` leaves one out. The first table stays as it is.
---@type fun(base: table, changes: table?): table
local function with(base, changes)
  local made = {}
  for key, value in pairs(base) do made[key] = value end
  for key, value in pairs(changes or {}) do
    if rawequal(value, unknown) then value = nil end
    made[key] = value
  end
  return made
end

--- Events as { kind = how many }, all at one time: events({ page_view = 3, demo_request = 1 }, "2d ago"). Of now without a time.
---@type fun(counts: table<string, integer>, when: string?): table[]
local function events(counts, when)
  local made = {}
  for kind, n in pairs(counts) do
    for _ = 1, n do made[#made + 1] = { kind, when or "now" } end
  end
  return made
end

--- The clock by which decisions are made that name no `at`: the end of 2026-03-01 when a test begins. It moves only when told.
local clock = {
  --- What the clock shows: "2026-03-01T23:59:59Z".
  ---@type fun(): string
  now = function() return trial.clock() end,
  --- Sets the clock; a bare date is the end of that day.
  ---@type fun(at: string)
  set = function(at) trial.clock(at) end,
  --- Moves the clock on: clock.advance "3d".
  ---@type fun(span: string)
  advance = function(span) trial.advance(span) end,
}

return {
  describe = describe,
  it = it,
  each = each,
  for_all = for_all,
  assume = explore.assume,
  pending = pending,
  before_each = before_each,
  after_each = after_each,
  expect = expectation.expect,
  decide = trial.decide,
  with = with,
  unknown = unknown,
  events = events,
  clock = clock,
  spy = double.spy,
  stub = double.stub,
  --- Short for expect(seen):is(expected).
  ---@type fun(seen: any, expected: any)
  equal = function(seen, expected) expectation.expect(seen):is(expected) end,
}
