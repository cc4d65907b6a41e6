-- By when a hand-off is answered: on the working hours of Berlin, across nights, week-ends and the change of clocks.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local NAME <const> = "answer what was understood"

-- Handed over at one instant, seen at another one, with what happened in between.
local function seen(handed, at, ...)
  return decide { lead = { email = "eva@plant.example" }, at = at, events = { { "handoff", handed }, ... } }
end

describe("an answer is due", function()
  each {
    ["the same time on the next day"]  = { "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z" }, -- Monday, eleven in Berlin
    ["in the evening for the early"]   = { "2026-03-02T06:00:00Z", "2026-03-02T16:00:00Z" },
    ["a day on for the late"]          = { "2026-03-02T20:00:00Z", "2026-03-03T16:00:00Z" },
    ["on Monday for Friday's"]         = { "2026-03-06T15:00:00Z", "2026-03-09T15:00:00Z" },
    ["by the clock of the wall"]       = { "2026-03-27T15:00:00Z", "2026-03-30T14:00:00Z" }, -- an hour less that night
  } ("%s", function(case)
    local state, due = seen(case[1], case[1]):agreement(NAME)
    expect(state):is "runs"
    expect(due):is(case[2])
  end)

  it("by nobody before anything was handed over", function()
    expect(decide({ lead = { email = "eva@plant.example" } }):agreement(NAME)):is_nil()
  end)
end)

describe("the practice", function()
  it("is warned when half a day has passed, and in breach after a whole one", function()
    local early <const> = "2026-03-02T06:00:00Z"
    expect(seen(early, "2026-03-02T11:44:59Z"):agreement(NAME)):is "runs"
    expect(seen(early, "2026-03-02T11:45:00Z"):agreement(NAME)):is "at risk"
    expect(seen(early, "2026-03-02T16:00:00Z"):agreement(NAME)):is "at risk"
    expect(seen(early, "2026-03-03T07:30:00Z"):agreement(NAME)):is "at risk" -- nobody worked in between
    expect(seen(early, "2026-03-03T07:30:01Z"):agreement(NAME)):is "overdue"
  end)

  it("has kept its word by either answer", function()
    for _, answer in ipairs { "handoff_accepted", "handoff_rejected" } do
      local kept = { answer, "2026-03-03T09:59:00Z", reason = answer == "handoff_rejected" and "no budget" or nil }
      local late = { answer, "2026-03-03T10:00:01Z", reason = kept.reason }
      expect(seen("2026-03-02T10:00:00Z", "2026-03-09", kept):agreement(NAME)):is "kept"
      expect(seen("2026-03-02T10:00:00Z", "2026-03-09", late):agreement(NAME)):is "late"
    end
  end)

  it("is not let off by a call alone", function()
    expect(seen("2026-03-02T10:00:00Z", "2026-03-09", { "sales_touch", "2026-03-02T11:00:00Z" }):agreement(NAME)):is "overdue"
  end)

  it("answers each hand-off anew", function()
    local d = seen("2026-03-02T10:00:00Z", "2026-03-10T10:00:00Z", { "handoff_rejected", "2026-03-02T12:00:00Z", reason = "no budget" },
                   { "handoff", "2026-03-10T09:00:00Z" })
    local state, due = d:agreement(NAME)
    expect(state):is "runs"
    expect(due):is "2026-03-11T09:00:00Z"
  end)

  it("tells its lead, and keeps the client", function()
    expect(seen("2026-03-02T10:00:00Z", "2026-03-03"):breach(NAME)):is { notify = "practice lead", reassign = false }
    expect(seen("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"):breach(NAME)):is_nil()
  end)
end)
