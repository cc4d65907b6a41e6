-- By when a hand-off, and who asks for a talk, is answered: on the working hours of Berlin, across nights, week-ends, holidays
-- and the change of clocks.
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
    ["after Easter"]                   = { "2026-04-02T13:00:00Z", "2026-04-07T13:00:00Z" }, -- Friday and Monday are off
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

describe("who asks for a talk", function()
  local ASKED <const> = "a word to who asks"

  -- Asked at one instant, seen at another one, with what happened in between.
  local function asked(when, at, ...)
    return decide { lead = { email = "eva@plant.example" }, at = at, events = { { "contact_request", when }, ... } }
  end

  each {
    ["within two hours"]   = { "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z" },
    ["in the morning"]     = { "2026-03-02T15:00:00Z", "2026-03-03T08:30:00Z" }, -- an hour of Monday, an hour of Tuesday
    ["after the week-end"] = { "2026-03-07T10:00:00Z", "2026-03-09T09:30:00Z" },
    ["after Easter"]       = { "2026-04-02T14:00:00Z", "2026-04-07T07:30:00Z" },
  } ("hears of us %s [A8.13]", function(case)
    local state, due = asked(case[1], case[1]):agreement(ASKED)
    expect(state):is "runs"
    expect(due):is(case[2])
  end)

  it("is at risk after one hour, and waits in vain after two", function()
    local at <const> = "2026-03-02T10:00:00Z"
    expect(asked(at, "2026-03-02T10:59:59Z"):agreement(ASKED)):is "runs"
    expect(asked(at, "2026-03-02T11:00:00Z"):agreement(ASKED)):is "at risk"
    expect(asked(at, "2026-03-02T12:00:00Z"):agreement(ASKED)):is "at risk"
    expect(asked(at, "2026-03-02T12:00:01Z"):agreement(ASKED)):is "overdue"
    expect(asked(at, "2026-03-02T12:00:01Z"):breach(ASKED)):is { notify = "practice lead", reassign = false }
  end)

  it("is answered by whatever a person of ours does, and by no machine", function()
    for _, kind in ipairs { "sales_touch", "call_made", "meeting_held" } do
      expect(asked("2026-03-02T10:00:00Z", "2026-03-09", { kind, "2026-03-02T11:30:00Z" }):agreement(ASKED)):is "kept"
    end
    expect(asked("2026-03-02T10:00:00Z", "2026-03-09", { "email_sent", "2026-03-02T11:30:00Z" }):agreement(ASKED)):is "overdue"
  end)

  it("waits no longer for asking twice", function()
    local again = { "contact_request", "2026-03-02T11:30:00Z" }
    local _, due = asked("2026-03-02T10:00:00Z", "2026-03-02T11:45:00Z", again):agreement(ASKED)
    expect(due):is "2026-03-02T12:00:00Z"
    _, due = asked("2026-03-02T10:00:00Z", "2026-03-02T11:45:00Z", { "call_made", "2026-03-02T11:00:00Z" }, again):agreement(ASKED)
    expect(due):is "2026-03-02T13:30:00Z"
  end)

  it("is promised nothing by a hand-off", function()
    expect(seen("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"):agreement(ASKED)):is_nil()
    expect(asked("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"):agreement(NAME)):is_nil()
  end)
end)
