-- What talking is worth, and what it never brings about.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with = test.with

local company = { name = "Plant AG", domain = "plant.example", employees = 20 }
local ada = { email = "ada@plant.example", title = "Planner" }

local function member(case)
  return decide { lead = with(ada, case.lead or {}), account = with(company, case.account or {}), answers = case.answers,
                  events = case.events, group = case.group, prior = case.prior }
end

local function did(kind, n, when) return test.events({ [kind] = n }, when or "0d ago") end

describe("standing", function()
  each { community_join = 5, community_view = 1, community_vote = 2, community_post = 4, community_reply = 6 }
  ("who helps has more of it than who asks, and who reads least of all [A7.21]", function(points, kind)
    expect(member({ events = did(kind, 1) }):points "takes part"):is(points)
    expect(member({ events = did(kind, 1, "60d ago") }):points "takes part"):is(points / 2)
  end)

  it("is not made by clicking all day", function()
    expect(member({ events = did("community_view", 4) }):points "takes part"):is(3)
    expect(member({ events = did("community_vote", 4) }):points "takes part"):is(6)
    for _, kind in ipairs { "community_view", "community_vote" } do -- a day each
      local two = test.events({ [kind] = 3 }, "0d ago")
      for _ = 1, 3 do two[#two + 1] = { kind, "1d ago" } end
      expect(member({ events = two }):points "takes part"):at_least(kind == "community_view" and 5.9 or 11.8)
    end
    expect(member({ events = did("community_reply", 14) }):points "takes part"):is(80)
  end)

  local function days(n, first)
    local events = {}
    for day = first, first + n - 1 do events[#events + 1] = { "community_view", ("%dd ago"):format(day) } end
    return member({ events = events }):points "comes back"
  end

  it("is for who comes back", function()
    expect(days(4, 24)):is(10)
    expect(days(4, 25)):is(0)
    expect(days(3, 0)):is(0)
  end)

  each { ["364d ago"] = 10, ["365d ago"] = 0 } ("is for who recommends us, for a year", function(points, when)
    expect(member({ events = { { "referral", when } } }):points "recommends us"):is(points)
  end)

  it("ends at 100", function()
    local events = did("community_reply", 20)
    for day = 1, 4 do events[#events + 1] = { "community_reply", ("%dd ago"):format(day) } end
    events[#events + 1] = { "referral", "0d ago" }
    expect(member({ events = events }):score "standing"):is(100)
  end)
end)

describe("interest", function()
  each { trial_start = 25, pricing_view = 15, webinar = 5, case_study = 8, contact_request = 30 }
  ("is what they do about the product", function(points, kind)
    expect(member({ events = did(kind, 1) }):points "engagement"):is(points)
    expect(member({ events = did(kind, 1, "21d ago") }):points "engagement"):is(points / 2)
  end)

  it("is hardly made by talking, however much [A7.24]", function()
    for _, kind in ipairs { "community_post", "community_reply" } do
      expect(member({ events = did(kind, 1) }):points "talk"):is(1)
      expect(member({ events = did(kind, 1, "21d ago") }):points "talk"):is(0.5)
      expect(member({ events = did(kind, 50) }):score "interest"):is(5)
    end
  end)

  it("is 90 by deeds, and begins again when sales gives a lead back", function()
    expect(member({ events = did("contact_request", 4) }):points "engagement"):is(90)
    local tried = { { "trial_start", "21d ago" }, { "community_reply", "60d ago" }, { "community_post", "21d ago" }, { "referral", "9d ago" },
                    { "community_view", "8d ago" }, { "community_view", "7d ago" } }
    local d = member { events = tried }
    expect(d:score "interest"):is(13.138)
    d = member { events = tried, prior = { stage = "nurture", recycled = "5d ago" } }
    expect(d:score "interest"):is(0)
    expect(d:score "standing"):at_least(20)
    expect(d:points "comes back"):is(10)
  end)
end)

describe("a member", function()
  it("is whoever took part and has a company, not whoever registered [A7.25]", function()
    expect(member({ events = did("community_join", 1) }):verdict "nurture"):is "fail"
    expect(member({ events = did("community_post", 2) }):verdict "nurture"):is "pass"
    expect(member({ events = test.events({ community_join = 1, community_view = 2 }, "0d ago") }):verdict "nurture"):is "fail"
    expect(member({ events = did("community_post", 2), account = { domain = test.unknown } }):verdict "nurture"):is "fail"
  end)

  each { "Student", "Intern" } ("is nobody who still learns the trade", function(title)
    expect(member({ lead = { title = title } }).disqualified):is "student"
    expect(member({}).disqualified):is_nil()
  end)
end)

describe("worth a call", function()
  it("takes deeds, or a question to us", function()
    expect(member({ events = test.events({ trial_start = 1, webinar = 1 }, "0d ago") }):verdict "worth_a_call"):is "pass"
    expect(member({ events = test.events({ trial_start = 1, community_post = 4 }, "0d ago") }):verdict "worth_a_call"):is "fail"
    expect(member({ events = { { "contact_request", "59d ago" } } }):verdict "worth_a_call"):is "pass"
    expect(member({ events = { { "contact_request", "60d ago" } } }):verdict "worth_a_call"):is "fail"
  end)
end)

describe("the gate to sales", function()
  local asked = { { "contact_request", "1d ago" } }
  local ready = { need = "acknowledged", buying_role = "uses" }

  it("asks for a problem, a part in the decision, a company and a word to us", function()
    local function verdict(case)
      case.events, case.answers = case.events or asked, with(ready, case.answers or {})
      return member(case):verdict "sales_ready"
    end
    expect(verdict {}):is "pass"
    expect(verdict { answers = { need = "none" } }):is "fail"
    expect(verdict { answers = { buying_role = "none" } }):is "fail"
    expect(verdict { answers = { buying_role = "influences" } }):is "pass"
    expect(verdict { answers = { buying_role = "decides" } }):is "pass"
    expect(verdict { account = { employees = 19 } }):is "fail"
    expect(verdict { events = did("community_reply", 20) }):is "fail"
    expect(verdict { events = { { "meeting_held", "59d ago" } } }):is "pass"
    expect(verdict { events = { { "meeting_held", "60d ago" } } }):is "fail"
  end)

  it("a rejected hand-off is nurtured and rests for two months", function()
    local d = member { prior = { community = { stage = "sales_ready", entered = "10d ago" } },
                       events = { { "handoff_rejected", "1d ago", reason = "no time" } } }
    expect(d.stage):is "nurture"
    expect(d.cause):is "recycle"
    expect(d.cool_off):is "2026-04-30T23:59:59Z"
  end)
end)

describe("the opportunity is the account's", function()
  local boss = { lead = { email = "tom@plant.example", title = "COO" }, answers = { buying_role = "decides" } }
  local user = { lead = { email = "ed@plant.example" }, answers = { buying_role = "uses" } }
  local all = { process = "the board in May", decision_by = "2026-06-01", funds_access = true, buying_role = "uses", need = "acknowledged" }

  local function verdict(changes, group)
    return member({ answers = with(all, changes), group = group or { boss } }):verdict "opportunity"
  end

  it("with a group that has the problem and decides, a process, a day and money", function()
    expect(verdict {}):is "pass"
    expect(verdict { need = "none" }):is "insufficient" -- the other one was not asked
    expect(verdict({ need = "none" }, { { lead = boss.lead, answers = { buying_role = "decides", need = "none" } } })):is "fail"
    expect(verdict { funds_access = false }):is "fail"
    expect(verdict { process = test.unknown }):is "fail"
    expect(verdict({}, { user })):is "fail"
    expect(verdict({ buying_role = "decides" }, {})):is "fail"
  end)

  each { ["2026-08-27"] = "pass", ["2026-08-28"] = "fail" } ("within half a year", function(answer, day)
    expect(verdict { decision_by = day }):is(answer)
  end)
end)

describe("grades", function()
  -- Replies of today for standing, deeds for interest: borders on either side.
  local function grade(events) return member({ events = events }).grade end
  it("set what a member is to others beside what they do about the product", function()
    expect(grade(did("community_reply", 10))):is "A4"
    expect(grade(test.events({ community_reply = 9, community_post = 1, community_view = 1 }, "0d ago"))):is "B4"
    expect(grade(did("community_reply", 5))):is "B4"
    expect(grade(test.events({ community_reply = 4, community_join = 1 }, "0d ago"))):is "C4"
    expect(grade(test.events({ community_join = 1, community_post = 1, community_view = 1 }, "0d ago"))):is "C4"
    expect(grade(test.events({ community_join = 1, community_post = 1 }, "0d ago"))):is "D4"
    expect(grade(did("contact_request", 2))):is "D1"
    expect(grade(test.events({ contact_request = 1, case_study = 3, webinar = 1 }, "0d ago"))):is "D2"
    expect(grade(did("contact_request", 1))):is "D2"
    expect(grade(test.events({ case_study = 3, webinar = 1 }, "0d ago"))):is "D3"
    expect(grade(did("webinar", 2))):is "D3"
    expect(grade(test.events({ case_study = 1, community_post = 1 }, "0d ago"))):is "D4"
  end)
end)

describe("in any lead", function()
  properties.unknown_never_scores()
  properties.order_never_matters()
  properties.sellers_never_count()
  properties.points_add_up()
end)
describe("modified BANT", function() properties.bant_never_moves_the_first_gate() end)
