-- Tries a property on generated leads. One that fails is made as small as it can be, and written as a row.
local trial = require "assay.trial"
local expectation = require "assay.test.expect"
local sample = require "assay.test.sample"
local shrink = require "assay.test.shrink"

local explore = {}

local CASES <const> = 100
-- Of so many leads for each that counts, a property may pass over all but one.
local MOST_PASSED_OVER <const> = 20
-- What assume raises. Nobody else has it.
local PASSED_OVER <const> = {}

---Passes over a generated lead unless the condition holds: it proves nothing for this property. A property that passes over nearly
---all of them fails.
---
---```lua
---for_all { cases = 20 } ("whoever is disqualified is nowhere else", function(case)
---  local d = decide(case)
---  test.assume(d.disqualified ~= nil)
---  expect(d.stage):is "disqualified"
---end)
---```
---@param condition boolean
function explore.assume(condition)
  if not condition then error(PASSED_OVER, 0) end
end

-- How the body takes one lead: "held", "passed over", "failed" (an expectation) or "broken" (anything else).
local function attempt(body, case, seed)
  local draw = sample.draw(seed)
  expectation.begin()
  trial.count(false)
  local fine, problem = pcall(body, shrink.copy(case), draw)
  trial.count(true)
  if fine then return "held" end
  if rawequal(problem, PASSED_OVER) then return "passed over" end
  local _, failed = expectation.outcome()
  return failed and "failed" or "broken", tostring(problem)
end

-- The lead that failed, as small as it gets, in words for the report; then the property fails on it once more, at the author's
-- line and with all that a failing expectation shows.
local function report(body, case, seed, always, how, problem, found)
  local smallest, steps = shrink.smallest(case, always, function(smaller)
    local now, other = attempt(body, smaller, seed)
    return now == how and (how == "failed" or other == problem)
  end)
  local draw = sample.draw(seed)
  local lines = { ("lead %d of seed %d, made smaller %d times:"):format(found, trial.seed(), steps) }
  for line in (shrink.row(smallest) .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = "  " .. line end
  expectation.begin()
  local fine, broken = pcall(body, shrink.copy(smallest), draw)
  for _, line in ipairs(draw.said) do lines[#lines + 1] = "  " .. line end
  trial.note(table.concat(lines, "\n"))
  if not fine then error(broken, 0) end
  expectation.fail "the property holds on some tries and fails on others: what it does must hang on the lead alone"
end

-- Runs a property: body(case, draw) for options.cases generated leads.
function explore.run(name, options, body)
  local first = sample.seed_of(name, trial.seed())
  local wanted, held, passed_over, checked = options.cases or CASES, 0, 0, 0
  while held < wanted do
    local seed = first + (held + passed_over) * 2
    local case = sample.lead(sample.draw(seed), options)
    local how, problem = attempt(body, case, seed + 1)
    checked = checked + expectation.outcome()
    if how == "held" then
      held = held + 1
    elseif how == "passed over" then
      passed_over = passed_over + 1
      if passed_over >= wanted * MOST_PASSED_OVER then
        expectation.fail(("%d of %d generated leads meet what the property assumes: say more with `always`")
                         :format(held, held + passed_over))
      end
    else
      report(body, case, seed + 1, options.always, how, problem, held + passed_over + 1)
    end
  end
  if checked == 0 then expectation.fail "the property expects nothing: it cannot fail" end
end

return explore
