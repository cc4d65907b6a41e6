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
local web = require "assay.test.web"

local test = {}

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

-- How each word is written, for whoever writes it otherwise.
local USAGE <const> = {
  describe = 'describe("name", function() … end)',
  it = 'it("name", function() … end)',
  pending = 'pending "name"',
  before_each = "before_each(function() … end)",
  after_each = "after_each(function() … end)",
  each = 'each { row, … } ("name", function(row, key) … end)',
  for_all = 'for_all { cases = 100 } ("name", function(case, draw) … end)',
  with = "with(table, { entry = value })",
  events = 'events({ page_view = 3 }, "2d ago")',
}

-- Raises at the author's line unless the condition holds. level: how many calls lie between this one and the author's.
local function require_form(holds, what, level)
  if not holds then error(("write %s: %s was given otherwise"):format(USAGE[what], what), 2 + (level or 1)) end
end

-- Options may stand between name and body.
local function split(what, name, options, body)
  if body == nil then options, body = nil, options end
  require_form(type(name) == "string" and type(body) == "function" and (options == nil or type(options) == "table"), what, 2)
  for key in pairs(options or {}) do
    if not TEST_OPTIONS[key] then error(("%s knows no %q: tags"):format(what, tostring(key)), 3) end
  end
  return options, body
end

---A group of tests. Its tags (a #word in its name, or `tags`) are those of all its tests: `assay test --tags -slow`.
---
---```lua
---describe("routes", { tags = { "slow" } }, function()
---  it("end somewhere", function() expect(decide({}).route):is "everyone else" end)
---end)
---```
---@param name string
---@param options? { tags: string[] } may be left out: describe(name, body)
---@param body fun()
function test.describe(name, options, body)
  require_noting "describe"
  options, body = split("describe", name, options, body)
  local outer = group
  group = { name = name, parent = outer, befores = {}, afters = {}, tags = tags_of(name, options) }
  body()
  group = outer
end

---Runs before every test of the group and of those inside it, the outermost first.
---
---```lua
---describe("in April", function()
---  test.before_each(function() test.clock.set "2026-04-01T09:00:00Z" end)
---  it("is spring", function() expect(test.clock.now()):matches "^2026%-04" end)
---end)
---```
---@param body fun()
function test.before_each(body)
  require_noting "before_each"
  require_form(type(body) == "function", "before_each")
  group.befores[#group.befores + 1] = body
end

---Runs after every test, also a failed one, the innermost first.
---
---```lua
---local seen = {}
---test.after_each(function() seen = {} end)
---it("starts empty", function() expect(#seen):is(0) end)
---```
---@param body fun()
function test.after_each(body)
  require_noting "after_each"
  require_form(type(body) == "function", "after_each")
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

local function note(name, options, body, property)
  local own = group
  trial.case(path(name), function() run(own, body) end, tags_of(name, options), property)
end

---A test that is still to be written.
---
---```lua
---test.pending "a partner's lead goes to the partner"
---```
---@param name string
function test.pending(name)
  require_noting "pending"
  require_form(type(name) == "string", "pending")
  trial.case(path(name), nil, tags_of(name))
end

---A test. Without a body it is pending.
---
---```lua
---it("a stranger is a suspect", function() expect(decide({}).stage):is "suspect" end)
---it("takes a while #slow", function() expect(decide({}).stage):is "suspect" end)
---it "is to be written"
---```
---@param name string
---@param options? { tags: string[] } may be left out: it(name, body)
---@param body? fun()
function test.it(name, options, body)
  require_noting "it"
  if options == nil and body == nil then
    require_form(type(name) == "string", "it")
    return trial.case(path(name), nil, tags_of(name))
  end
  options, body = split("it", name, options, body)
  note(name, options, body)
end

---One test a row, named after it.
---
---```lua
---each { director = 25, manager = 0 }
---("seniority counts", function(points, level)
---  expect(decide({ lead = { job_level = level } }):points "senior title"):is(points)
---end)
---```
---@param rows table
---@return fun(name: string, body: fun(row: any, key: any))
function test.each(rows)
  require_noting "each"
  require_form(type(rows) == "table", "each")
  return function(name, options, body)
    options, body = split("each", name, options, body)
    for key, row in pairs(rows) do
      local title = type(key) == "string" and key or (type(row) == "table" and row[1]) or key
      note(name .. ": " .. tostring(title), options, function() body(row, title) end)
    end
  end
end

local FOR_ALL <const> = { cases = true, always = true, without = true, tags = true }

---One test over many leads, generated from what the rules read: their facts, the values at which they turn and the neighbours of
---these, events at the edges of windows. The body gets the description of a lead for decide, and what draws by the same seed. A lead
---that fails is made as small as it can be and printed as a row to paste. `--seed` and `--repeat` try others. Generated leads do not
---count for `--coverage`.
---
---```lua
---for_all { cases = 50, always = { account = { domain = "acme.example" } }, without = { "group" } }
---("nobody is won by rules alone", function(case)
---  expect(decide(case).stage):is_not "won"
---end)
---```
---@param options { cases?: integer, always?: table, without?: string[], tags?: string[] } `always`: a description that every lead has; `without`: parts that none has
---@return fun(name: string, body: fun(case: table, draw: assay.Draw))
function test.for_all(options)
  require_noting "for_all"
  require_form(type(options) == "table", "for_all")
  for key in pairs(options) do
    if not FOR_ALL[key] then error(("for_all knows no %q: cases, always, without or tags"):format(tostring(key)), 2) end
  end
  sample.check(options)
  return function(name, body)
    require_form(type(name) == "string" and type(body) == "function", "for_all")
    note(name, options, function() explore.run(path(name), options, body) end, true)
  end
end

-- --- what tests are made of ---

---Stands for a fact that is not known, in `with`.
---
---```lua
---expect(test.with({ title = "COO" }, { title = test.unknown })):is {}
---```
---@type table
test.unknown = {}
local unknown <const> = test.unknown

---A table with some entries changed; `test.unknown` leaves one out. The first table stays as it is.
---
---```lua
---local company = { industry = "Software", employees = 900 }
---expect(test.with(company, { employees = 12 })):is { industry = "Software", employees = 12 }
---```
---@param base table
---@param changes? table
---@return table
function test.with(base, changes)
  require_form(type(base) == "table" and (changes == nil or type(changes) == "table"), "with")
  local made = {}
  for key, value in pairs(base) do made[key] = value end
  for key, value in pairs(changes or {}) do
    if rawequal(value, unknown) then value = nil end
    made[key] = value
  end
  return made
end

---Events as { kind = how many }, all at one time; now when none is given.
---
---```lua
---expect(#test.events({ page_view = 3, demo_request = 1 }, "2d ago")):is(4)
---```
---@param counts table<string, integer>
---@param when? string
---@return table[]
function test.events(counts, when)
  require_form(type(counts) == "table", "events")
  local made = {}
  for kind, n in pairs(counts) do
    for _ = 1, n do made[#made + 1] = { kind, when or "now" } end
  end
  return made
end

---The clock by which decisions are made that name no `at`. It shows the end of 2026-03-01 when a test begins, and moves only when told.
---
---```lua
---test.clock.set "2026-03-02T10:00:00Z"
---test.clock.advance "3d"
---expect(test.clock.now()):is "2026-03-05T10:00:00Z"
---```
---@type { now: (fun(): string), set: fun(at: string), advance: fun(span: string) }
test.clock = {
  -- What the clock shows.
  now = function() return trial.clock() end,
  -- Sets it; a bare date is the end of that day.
  set = function(at)
    if at == nil then error('write clock.set "2026-03-02"', 2) end
    trial.clock(at)
  end,
  -- Moves it on by a span such as "90m" or "3d".
  advance = function(span) trial.advance(span) end,
}

---What was seen; one of the matchers follows.
---
---```lua
---expect(d.stage):is "nurture"
---```
---@type fun(value: any): assay.Expectation
test.expect = expectation.expect

---Has the pack decide the lead that a description tells of, with the same kernels as a run. rules/TESTING.md has its keys, and what
---a decision tells.
---
---```lua
---local one = decide { lead = { title = "COO" }, account = { industry = "Logistics" }, events = { { "page_view", "2d ago" } } }
---expect(one:verdict "nurture"):is "pass"
---```
---@type fun(description: table): assay.Decision
test.decide = trial.decide

---Short for expect(seen):is(expected).
---
---```lua
---test.equal(d.stage, "nurture")
---```
---@param seen any
---@param expected any
function test.equal(seen, expected) expectation.expect(seen):is(expected) end

test.assume = explore.assume
test.spy = double.spy
test.stub = double.stub
test.http = web.http
test.recorded = web.recorded

return test
