-- The qualification rules of the design, decided case by case.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Acme Ltd", domain = "acme-buyer.example", industry = "Software", employees = 900,
                  revenue = "40000000 EUR" }
local person  = { email = "ada@acme-buyer.example", title = "Head of Operations", job_level = "director" }
local bant    = { need = "acknowledged", buying_role = "influences", evaluating = true, priority = true }

local function with(base, changes)
  local made = {}
  for key, value in pairs(base) do made[key] = value end
  for key, value in pairs(changes) do
    if value == false then made[key] = nil else made[key] = value end
  end
  return made
end

describe("fit", function()
  it("adds up to the point", function()
    local d = decide { lead = person, account = company }
    expect(d:points "senior title"):is(25)
    expect(d:points "operations"):is(15)
    expect(d:points "right size"):is(20)
    expect(d:points "target industry"):is(15)
    expect(d:score "fit"):is(75)
    expect(d.grade):is "A4"
  end)

  it("a free mailbox without a company hits the floor, and the floor is an entry", function()
    local d = decide { lead = { email = "ada@gmail.com", title = "Painter", job_level = "individual" } }
    expect(d:points "free mailbox"):is(-25)
    expect(d:score "fit"):is(0)
  end)

  it("what is unknown widens the score", function()
    local value, low, high = decide({ lead = with(person, { job_level = false }), account = company }):score "fit"
    expect(value):is(50)
    expect(low):is(50)
    expect(high):is(75)
  end)
end)

describe("interest", function()
  -- One point, 56 days old, half-life 14 days → 0.063
  it("fades by half every fourteen days, rounded once", function()
    local function points(kind, when)
      return decide({ lead = person, account = company, events = { { kind, when } } }):points "engagement"
    end
    expect(points("page_view", "56d ago")):is(0.063)
    expect(points("demo_request", "14d ago")):is(12.5)
    expect(points("webinar", "28d ago")):is(2)
  end)

  it("counts three page views a day", function()
    local events = {}
    for i = 1, 9 do events[i] = { "page_view", "0d ago" } end
    expect(decide({ lead = person, account = company, events = events }):points "engagement"):is(3)
  end)

  it("is capped at sixty by its rule", function()
    local events = {}
    for i = 1, 4 do events[i] = { "demo_request", "0d ago" } end
    expect(decide({ lead = person, account = company, events = events }):score "interest"):is(60)
  end)

  it("a function gives points and says why", function()
    local events = {}
    for i = 0, 3 do events[#events + 1] = { "page_view", i .. "d ago" } end
    local d = decide { lead = person, account = company, events = events }
    expect(d:points "binge"):is(10)
    local note
    for _, entry in ipairs(d:ledger "interest") do
      if entry.rule == "binge" then note = entry.note end
    end
    expect(note):is "4 separate days in a week"
  end)

  it("silence costs after ninety days", function()
    local function points(when)
      return decide({ lead = person, account = company, events = { { "webinar", when } } }):points "gone quiet"
    end
    expect(points "90d ago"):is(0)
    expect(points "91d ago"):is(-20)
  end)
end)

describe("disqualification", function()
  it("names its reason", function()
    expect(decide({ lead = person, account = with(company, { domain = "rival.example" }) }).disqualified):is "competitor"
    expect(decide({ lead = with(person, { title = "Student" }), account = company }).disqualified):is "student"
    expect(decide({ lead = with(person, { email = "ada@school.edu" }), account = company }).disqualified):is "student"
  end)
end)

describe("gates", function()
  it("company and title open the nurturing programme", function()
    expect(decide({ lead = person, account = company }).stage):is "nurture"
    expect(decide({ lead = with(person, { title = false }), account = company }):verdict "nurture"):is "insufficient"
    expect(decide({ lead = person, account = with(company, { industry = "Retail" }) }):verdict "nurture"):is "fail"
  end)

  it("a raised hand is worth a call at once, and forty points are", function()
    local raised = decide { lead = person, account = company, events = { { "demo_request", "6d ago" } } }
    expect(raised.stage):is "worth_a_call"
    expect(raised.label):is "MQL"
    local cold = decide { lead = person, account = company, events = { { "demo_request", "8d ago" } } }
    expect(cold.stage):is "nurture"
    local busy = decide { lead = person, account = company,
                          events = { { "pricing_view", "0d ago" }, { "pricing_view", "0d ago" }, { "whitepaper", "0d ago" } } }
    expect(busy:score "interest"):is(40) -- 10 + 10 + 5, and 15 for pricing twice in a month
    expect(busy:verdict "worth_a_call"):is "pass"
  end)

  it("sales-ready asks for six things", function()
    local d = decide { lead = person, account = company, answers = bant, events = { { "demo_request", "2d ago" } } }
    expect(d.stage):is "sales_ready"
    expect(d.label):is "SAL"
    for _, name in ipairs { "market", "need", "authority", "timeframe", "budget", "willing" } do
      expect(d:criterion("sales_ready", name)):is "yes"
    end
  end)

  it("the account's gate needs the whole group", function()
    local case = {
      lead = with(person, { group_role = "economic" }), account = company, events = { { "demo_request", "2d ago" } },
      answers = { need = "acknowledged", buying_role = "decides", evaluating = true, priority = true, process = "a committee",
                  decision_by = "2026-06-30", funds_access = true, funds_commit = true },
      group = {
        { lead = { email = "tom@acme-buyer.example", group_role = "technical" },
          answers = { need = { value = "confirmed", by = "sales" } } },
        { lead = { email = "uma@acme-buyer.example", group_role = "user" }, answers = { need = "acknowledged" } },
      },
      at = "2026-03-01",
    }
    expect(decide(case):verdict "opportunity"):is "pass"
    case.group[2] = nil
    expect(decide(case):verdict "opportunity"):is_not "pass"
  end)

  it("a rejected hand-off returns to nurturing for thirty days", function()
    local d = decide { lead = person, account = company, answers = bant,
                       prior = { inbound = { stage = "sales_ready", entered = "10d ago" } },
                       events = { { "demo_request", "12d ago" }, { "handoff_rejected", "1d ago" } } }
    expect(d.stage):is "nurture"
    expect(d.cause):is "recycle"
  end)
end)
