-- Every number of the rules, from both sides: points, limits, caps, bands, windows; and each criterion alone.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local company = { name = "Big AG", domain = "big.example", industry = "Manufacturing", employees = 9000,
                  potential_value = "900000 EUR", open_tickets = 0 }
local eva = { email = "eva@big.example", title = "COO", job_level = "c_level", group_role = "economic" }

-- What the lead did: { kind = how many }, all of today or of the day named.
local function did(counts, when)
  return decide { lead = eva, account = company, events = test.events(counts, when) }
end

describe("whom the model is about", function()
  each { ["50000 EUR"] = false, ["49999.99 EUR"] = true }
  ("what a customer has paid counts as much as what it could", function(outside, value)
    local d = decide { lead = eva, account = with(company, { potential_value = "10 EUR", lifetime_value = value }) }
    expect(d.outside):is(outside)
  end)
end)

describe("momentum", function()
  each { page_view = 1, whitepaper = 4, webinar = 8, case_study = 8, pricing_view = 12, demo_request = 30 }
  ("what an event is worth", function(points, kind)
    expect(did({ [kind] = 1 }):points "own activity"):is(points)
  end)

  it("fades in a month, counts three pages a day, ends at sixty", function()
    expect(did({ demo_request = 1 }, "30d ago"):points "own activity"):is(15)
    expect(did({ page_view = 5 }):points "own activity"):is(3)
    expect(did({ demo_request = 3 }):points "own activity"):is(60)
  end)

  it("is never below nothing", function()
    expect(decide({ lead = eva, account = with(company, { open_tickets = 9 }) }):score "momentum"):is(0)
    expect(decide({ lead = eva, account = company }):score "momentum"):is(0)
  end)

  each { ["29d ago"] = 20, ["30d ago"] = 0 }
  ("four days of a month are movement", function(points, when)
    local d = decide { lead = eva, account = company,
                       events = { { "page_view", "0d ago" }, { "page_view", "1d ago" }, { "page_view", "2d ago" }, { "page_view", when } } }
    expect(d:points "the account is moving"):is(points)
  end)

  it("an intent of thirteen days ago still counts", function()
    local d = decide { lead = eva, account = company, account_events = { { "intent", "13d ago", strength = 70 } } }
    expect(d:points "intent surge"):is(15)
  end)
end)

describe("position", function()
  it("is nothing for a stranger", function()
    expect(decide({ lead = with(eva, { job_level = "senior", group_role = "legal" }), account = company,
                    answers = { buying_role = "none" } }):score "position"):is(0)
  end)

  it("ends at a hundred, also for what is unknown", function()
    local value, _, high = decide({ lead = with(eva, { group_role = unknown }), account = company,
                                    answers = { buying_role = "decides" } }):score "position"
    expect(value):is(50)
    expect(high):is(100)
    expect(decide({ lead = eva, account = company, answers = { buying_role = "decides" } }):score "position"):is(100)
  end)
end)

describe("grades", function()
  each { A4 = { "economic", "c_level" }, B4 = { "economic", "senior" }, C4 = { "legal", "c_level" }, D4 = { "user", "senior" } }
  ("a letter begins where its points do", function(row, grade)
    expect(decide({ lead = with(eva, { group_role = row[1], job_level = row[2] }), account = company }).grade):is(grade)
  end)

  each {
    ["60"] = { { demo_request = 2 }, "A1" },
    ["59"] = { { demo_request = 1, pricing_view = 1, webinar = 2, page_view = 1 }, "A2" },
    ["40"] = { { demo_request = 1, webinar = 1, page_view = 2 }, "A2" },
    ["39"] = { { demo_request = 1, webinar = 1, page_view = 1 }, "A3" },
    ["15"] = { { pricing_view = 1, page_view = 3 }, "A3" },
    ["14"] = { { pricing_view = 1, page_view = 2 }, "A4" },
  } ("a number begins where its points do", function(row, points)
    local d = did(row[1])
    expect(d:score "momentum"):is(tonumber(points))
    expect(d.grade):is(row[2])
  end)
end)

describe("a person in nurturing", function()
  each { [999] = "no", [1000] = "yes" }
  ("belongs to a company that is large enough to feel it", function(state, employees)
    local d = decide { lead = eva, account = with(company, { employees = employees }) }
    expect(d:criterion("nurture", "account")):is(state)
  end)

  it("has a title", function()
    expect(decide({ lead = with(eva, { title = unknown }), account = company }):criterion("nurture", "person")):is "no"
    expect(decide({ lead = eva, account = company }):criterion("nurture", "person")):is "yes"
  end)
end)

describe("worth a call", function()
  each { ["30"] = { { pricing_view = 1, webinar = 2, page_view = 2 }, "yes" },
         ["29"] = { { pricing_view = 1, webinar = 2, page_view = 1 }, "no" } }
  ("momentum is enough from thirty on", function(row, points)
    local d = did(row[1])
    expect(d:score "momentum"):is(tonumber(points))
    expect(d:criterion("worth_a_call", "momentum")):is(row[2])
  end)

  each { ["29d ago"] = "yes", ["30d ago"] = "no" }
  ("a demo asked for is, for thirty days", function(state, when)
    expect(did({ demo_request = 1 }, when):criterion("worth_a_call", "momentum")):is(state)
  end)

  each { user = "yes", legal = "no" }
  ("so is a position of twenty", function(state, role)
    local d = decide { lead = with(eva, { group_role = role, job_level = "senior" }), account = company,
                       answers = { buying_role = "none" } }
    expect(d:criterion("worth_a_call", "position")):is(state)
  end)
end)

describe("in conversation", function()
  each { decides = "yes", influences = "yes", uses = "yes", none = "no" }
  ("every part in the decision counts", function(state, role)
    local d = decide { lead = eva, account = company, answers = { buying_role = role } }
    expect(d:criterion("sales_ready", "authority")):is(state)
  end)

  for _, kind in ipairs { "meeting_booked", "demo_request" } do
    each { ["59d ago"] = "yes", ["60d ago"] = "no" }
    ("will lasts two months (" .. kind .. ")", function(state, when)
      expect(did({ [kind] = 1 }, when):criterion("sales_ready", "willing")):is(state)
    end)
  end

  it("needs the market", function()
    expect(decide({ lead = eva, account = with(company, { employees = 999 }) }):criterion("sales_ready", "market")):is "no"
  end)

  it("a rejected hand-off cools for two months", function()
    local d = decide { lead = eva, account = company, prior = { enterprise = { stage = "sales_ready", entered = "10d ago" } },
                       events = { { "handoff_rejected", "1d ago", reason = "no budget" } }, at = "2026-03-01T12:00:00Z" }
    expect(d.stage):is "nurture"
    expect(d.cool_off):is "2026-04-30T12:00:00Z"
  end)
end)

describe("a deal", function()
  local said = { need = { value = "acknowledged", by = "sales" }, process = "a committee of three", decision_by = "2026-06-30",
                 funds_access = true, funds_commit = true, importance = true, urgency = "a plant stands still" }
  local spoken = { { "sales_touch", "2026-02-20" } }
  local others = { { lead = { email = "t@big.example", group_role = "technical" }, answers = { need = "acknowledged" }, events = spoken },
                   { lead = { email = "u@big.example", group_role = "user" }, answers = { need = "confirmed" }, events = spoken } }

  local function deal(changes, group)
    return decide { lead = eva, account = company, answers = with(said, changes or {}), events = spoken, group = group or others,
                    at = "2026-03-01" }
  end

  it("needs all six", function()
    local d = deal()
    for _, name in ipairs { "need", "authority", "relations", "timeframe", "budget", "pain" } do
      expect(d:criterion("opportunity", name)):is "yes"
    end
    expect(d:verdict "opportunity"):is "pass"
  end)

  it("every member has the need, and sales has heard it", function()
    expect(deal({ need = "acknowledged" }):criterion("opportunity", "need")):is "no"
    local silent = { others[1], { lead = others[2].lead, answers = { need = "none" } } }
    expect(deal({}, silent):criterion("opportunity", "need")):is "no"
  end)

  it("the three roles are found, and how they decide is known", function()
    expect(deal({}, { others[1] }):criterion("opportunity", "authority")):is "unknown"
    expect(deal({}, { others[2] }):criterion("opportunity", "authority")):is "unknown"
    expect(deal({ process = unknown }):criterion("opportunity", "authority")):is "no"
    local function leaderless(role)
      return decide { lead = with(eva, { group_role = role }), account = company, answers = said, group = others }
    end
    expect(leaderless("legal"):criterion("opportunity", "authority")):is "unknown"
  end)

  each { ["2026-03-01"] = "yes", ["2027-02-28"] = "yes", ["2027-03-01"] = "no" }
  ("it comes within a year", function(state, day)
    expect(deal({ decision_by = day }):criterion("opportunity", "timeframe")):is(state)
  end)

  for bits = 0, 3 do
    local access, commit = bits & 1 ~= 0, bits & 2 ~= 0
    it(("the money can be had and committed, row %d of 4"):format(bits), function()
      local d = deal { funds_access = { value = access }, funds_commit = { value = commit } }
      expect(d:criterion("opportunity", "budget")):is(access and commit and "yes" or "no")
    end)
  end
end)

describe("plays", function()
  it("two people need no introduction to a second", function()
    local d = decide { lead = eva, account = with(company, { potential_value = "100000 EUR" }), group = { { email = "t@big.example" } } }
    expect(d.plan):is "named account"
    expect(d.plays):lacks "find the second person"
  end)

  local tom = { lead = { email = "t@big.example", group_role = "technical" }, answers = { need = "none" } }
  each { acknowledged = true, none = false }
  ("one of the group who has acknowledged the need is enough for the sponsors", function(open, need)
    local d = decide { lead = eva, account = company, answers = { need = need }, group = { tom } }
    if open then expect(d.plays):contains "executive sponsor" else expect(d.plays):lacks "executive sponsor" end
  end)

  it("who would never build it is not asked why not", function()
    local d = decide { lead = eva, account = company, answers = { build_itself = { value = false } } }
    expect(d.plays):lacks "why not build it"
  end)
end)

describe("the tier of an account", function()
  each {
    ["a million"]       = { { potential_value = "1000000 EUR", cluster = "automotive", icp = 60 }, "one to one" },
    ["a cent less"]     = { { potential_value = "999999.99 EUR", cluster = "automotive", icp = 60 }, "one to few" },
    ["of no cluster"]   = { { icp = 60 }, "one to many" },
    ["hardly like ours"] = { { icp = 59 }, nil },
  } ("is the first that holds", function(row)
    expect(decide({ lead = eva, account = with(company, row[1]) }).tier):is(row[2])
  end)
end)

describe("what a recycle leaves", function()
  it("is all that the account did: an account is not won anew", function()
    local d = decide { lead = eva, account = company, events = test.events({ webinar = 1 }, "10d ago"),
                       prior = { stage = "nurture", recycled = "5d ago" } }
    expect(d:score "momentum"):more_than(0)
  end)
end)

describe("three pages", function()
  it("count on each of two days", function()
    local events = test.events({ page_view = 3 }, "0d ago")
    for _, event in ipairs(test.events({ page_view = 3 }, "1d ago")) do events[#events + 1] = event end
    expect(decide({ lead = eva, account = company, events = events }):points "own activity"):more_than(5)
  end)
end)

describe("the group of a named account", function()
  local small = with(company, { potential_value = "100000 EUR" })
  each { economic = 0.5, user = 0.5, legal = 0 }
  ("needs one who pays and one who uses", function(share, role)
    local d = decide { lead = with(eva, { group_role = role }), account = small }
    expect(d.plan):is "named account"
    expect(d.coverage):is(share)
    expect(d.plays):contains "a page of their own"
  end)
end)
