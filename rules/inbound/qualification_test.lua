-- The agreement between marketing and sales, as cases. Each one is a sentence that somebody has insisted on.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Logistics", employees = 900,
                  revenue = "40000000 EUR", country = "DE", type = "prospect" }
local person  = { email = "ada@acme.example", title = "Head of Operations", job_level = "director", country = "DE",
                  timezone = "Europe/Berlin" }

local bant = { need = "acknowledged", buying_role = "influences", evaluating = true, priority = true }

local function ready(changes)
  local case = { lead = person, account = company, answers = bant, events = { { "demo_request", "2d ago" } } }
  for key, value in pairs(changes or {}) do case[key] = value end
  return decide(case)
end

describe("gate 1: does this lead belong in the programme", function()
  each {
    ["both"]          = { lead = person, account = company, verdict = "pass" },
    ["title only"]    = { lead = person, account = with(company, { industry = "Education" }), verdict = "fail" },
    ["company only"]  = { lead = with(person, { title = "Painter" }), account = company, verdict = "fail" },
    ["neither"]       = { lead = with(person, { title = "Painter" }), account = with(company, { industry = "Education" }),
                          verdict = "fail" },
    ["title unknown"] = { lead = with(person, { title = unknown }), account = company, verdict = "insufficient" },
  } ("company and title decide, and a missing title is unknown [A1.2]", function(row)
    expect(decide({ lead = row.lead, account = row.account }):verdict "nurture"):is(row.verdict)
  end)

  each {
    need       = { answers = { need = "none" } },
    authority  = { answers = { buying_role = "decides" } },
    timeframe  = { answers = { evaluating = true, priority = true } },
    budget     = { account = with(company, { revenue = "100 EUR" }) },
    everything = { answers = bant },
  } ("nothing about budget, authority, need or timing changes it [A1.1]", function(row)
    local before = decide { lead = person, account = company }
    local after = decide { lead = person, account = row.account or company, answers = row.answers }
    expect(after:verdict "nurture"):is(before:verdict "nurture")
    expect(after.stage):is(before.stage)
  end)

  it("a person without an account is insufficient, not out", function()
    expect(decide({ lead = with(person, { email = "ada@gmail.com" }) }):verdict "nurture"):is "insufficient"
  end)
end)

describe("worth a call", function()
  it("a hand-raise gets there at once", function()
    local d = decide { lead = person, account = company, events = { { "demo_request", "1h ago" } } }
    expect(d.stage):is "worth_a_call"
    expect(d.label):is "MQL"
  end)

  it("an inquiry is never handed over [A1.17]", function()
    for _, kind in ipairs { "whitepaper", "ebook", "webinar", "registration" } do
      local d = decide { lead = person, account = company, events = { { kind, "1h ago" } }, answers = bant }
      expect(d:verdict "sales_ready"):is "fail"
      expect(d.stage):is "nurture"
    end
  end)

  it("an awareness lead is nurtured, not called [A7.6]", function()
    local d = decide { lead = person, account = company, events = { { "ebook", "3d ago" }, { "page_view", "2d ago" } } }
    expect(d.stage):is "nurture"
  end)

  it("a student is disqualified with the reason", function()
    local d = decide { lead = with(person, { title = "Student of operations" }), account = company }
    expect(d.stage):is "disqualified"
    expect(d.disqualified):is "student"
  end)

  each { ["an intern"] = { title = "Operations intern" }, ["a university mailbox"] = { email = "ada@school.edu" } }
  ("students are found by word or mailbox", function(row)
    expect(decide({ lead = with(person, row), account = company }).disqualified):is "student"
  end)

  it("an international title is no intern", function()
    expect(decide({ lead = with(person, { title = "Head of international operations" }), account = company }).disqualified):is_nil()
  end)

  it("a competitor is disqualified by the account's domain", function()
    local d = decide { lead = person, account = with(company, { domain = "rival.example" }) }
    expect(d.disqualified):is "competitor"
  end)

  it("a customer leaves the prospect path with the reason [A6.17]", function()
    expect(decide({ lead = person, account = with(company, { type = "customer" }) }).disqualified):is "customer"
  end)
end)

describe("gate 2: ready for a sales conversation", function()
  it("the four letters are judged apart, each with its own evidence [A1.4]", function()
    local d = ready()
    for _, letter in ipairs { "need", "authority", "timeframe", "budget" } do
      expect(d:criterion("sales_ready", letter)):is "yes"
    end
    expect(d:verdict "sales_ready"):is "pass"
    expect(d.stage):is "sales_ready"
    expect(d.label):is "SAL"
  end)

  it("an inferred need is no acknowledged need [A1.5]", function()
    local d = ready { answers = with(bant, { need = { value = "acknowledged", manner = "inferred" } }) }
    expect(d:criterion("sales_ready", "need")):is "no"
    expect(d:verdict "sales_ready"):is "fail"
  end)

  each { decides = "yes", influences = "yes", uses = "yes", none = "no" }
  ("membership of the buying group counts, not sole authority [A1.6]", function(state, role)
    expect(ready({ answers = with(bant, { buying_role = role }) }):criterion("sales_ready", "authority")):is(state)
  end)

  it("evaluating and a priority pass without any date [A1.7]", function()
    local d = ready()
    expect(d:criterion("sales_ready", "timeframe")):is "yes"
    expect(ready({ answers = with(bant, { priority = unknown }) }):criterion("sales_ready", "timeframe")):is "unknown"
    expect(ready({ answers = with(bant, { priority = { value = false } }) }):criterion("sales_ready", "timeframe")):is "no"
  end)

  it("no budget line is asked for, only means [A1.8]", function()
    expect(ready():criterion("sales_ready", "budget")):is "yes"
    expect(ready({ account = with(company, { revenue = "9999999.99 EUR" }) }):criterion("sales_ready", "budget")):is "no"
    expect(ready({ account = with(company, { revenue = "10000000 EUR" }) }):criterion("sales_ready", "budget")):is "yes"
    expect(ready({ account = with(company, { revenue = unknown }) }):verdict "sales_ready"):is "insufficient"
  end)

  it("what is missing comes with the question to ask", function()
    local d = ready { answers = with(bant, { evaluating = unknown }) }
    expect(d:verdict "sales_ready"):is "insufficient"
    local missing = d:missing "sales_ready"
    expect(missing[1].criterion):is "timeframe"
    expect(missing[1].ask):is "Are you comparing solutions today?"
  end)

  it("sales-ready is weaker than ready to buy [A1.18]", function()
    local d = ready()
    expect(d:verdict "sales_ready"):is "pass"
    expect(d:verdict "opportunity"):is_not "pass"
  end)

  -- affiliated with a qualified prospect, can influence, interested enough: all three or nothing
  for bits = 0, 7 do
    local prospect, influence, interest = bits & 1 ~= 0, bits & 2 ~= 0, bits & 4 ~= 0
    it(("the definition is a and b and c, row %d of 8 [A1.20]"):format(bits), function()
      local d = ready {
        account = prospect and company or with(company, { industry = "Education" }),
        answers = with(bant, { buying_role = influence and "influences" or "none" }),
        events  = interest and { { "demo_request", "2d ago" } } or {},
      }
      expect(d:verdict "sales_ready"):is(prospect and influence and interest and "pass" or "fail")
    end)
  end

  for bits = 0, 3 do
    local need, market = bits & 1 ~= 0, bits & 2 ~= 0
    it(("a qualified prospect has a need and is in the market, row %d of 4 [A1.21]"):format(bits), function()
      local d = ready {
        account = market and company or with(company, { industry = "Education" }),
        answers = with(bant, { need = need and "acknowledged" or "none" }),
      }
      expect(d:verdict "sales_ready"):is(need and market and "pass" or "fail")
    end)
  end

  it("registering with the community is not enough [A7.25]", function()
    local d = ready { events = { { "registration", "1d ago" }, { "page_view", "1d ago" } } }
    expect(d:verdict "sales_ready"):is "fail"
  end)
end)

describe("gate 3: an opportunity for the forecast", function()
  local group = {
    { lead = { email = "tom@acme.example", group_role = "technical" },
      answers = { need = { value = "confirmed", by = "sales" } } },
    { lead = { email = "uma@acme.example", group_role = "user" }, answers = { need = "acknowledged" } },
  }
  local deal = { need = "acknowledged", buying_role = "decides", evaluating = true, priority = true,
                 process = "a committee of three", decision_by = "2026-06-30", funds_access = true, funds_commit = true }
  local function account_case(changes)
    local case = { lead = with(person, { group_role = "economic" }), account = company, answers = deal, group = group,
                   events = { { "demo_request", "2d ago" } }, at = "2026-03-01" }
    for key, value in pairs(changes or {}) do case[key] = value end
    return decide(case)
  end

  it("opens when need, authority, timeframe and funds hold for the whole group [A1.10]", function()
    local d = account_case()
    expect(d:verdict "opportunity"):is "pass"
    expect(d.stage):is "opportunity"
    expect(d.label):is "SQL"
  end)

  it("one member who has not acknowledged the need stops it [A1.11]", function()
    local d = account_case { group = { group[1], { lead = group[2].lead, answers = { need = "none" } } } }
    expect(d:criterion("opportunity", "need")):is "no"
    expect(d:verdict "opportunity"):is "fail"
  end)

  it("a role that nobody plays leaves it insufficient [A1.12] [A1.19]", function()
    local d = account_case { group = { group[1] } }
    expect(d:criterion("opportunity", "authority")):is "unknown"
    expect(d:verdict "opportunity"):is "insufficient"
  end)

  it("the date lies in the future, within half a year [A1.13]", function()
    expect(account_case({ answers = with(deal, { decision_by = "2026-02-28" }) }):criterion("opportunity", "timeframe")):is "no"
    expect(account_case({ answers = with(deal, { decision_by = "2026-08-27" }) }):criterion("opportunity", "timeframe")):is "yes"
    expect(account_case({ answers = with(deal, { decision_by = "2026-08-28" }) }):criterion("opportunity", "timeframe")):is "no"
    expect(account_case({ answers = with(deal, { decision_by = unknown }) }):criterion("opportunity", "timeframe")):is "unknown"
  end)

  for bits = 0, 3 do
    local access, commit = bits & 1 ~= 0, bits & 2 ~= 0
    it(("funds need access and commitment, row %d of 4 [A1.14]"):format(bits), function()
      local d = account_case { answers = with(deal, { funds_access = { value = access }, funds_commit = { value = commit } }) }
      expect(d:criterion("opportunity", "budget")):is(access and commit and "yes" or "no")
    end)
  end

  it("nobody in sales has confirmed the need: insufficient or failed, never passed", function()
    local d = account_case { group = {
      { lead = group[1].lead, answers = { need = "confirmed" } }, group[2],
    } }
    expect(d:criterion("opportunity", "need")):is_not "yes"
  end)
end)

describe("scores", function()
  it("fit adds up to the point", function()
    local d = decide { lead = person, account = company }
    expect(d:points("senior title")):is(25)
    expect(d:points("connected title")):is(20)
    expect(d:points("right size")):is(25)
    expect(d:points("target industry")):is(20)
    expect(d:points("able to pay")):is(10)
    expect(d:score "fit"):is(100)
    expect(d.grade):is "A4"
  end)

  each { [199] = 0, [200] = 25, [5000] = 25, [5001] = 0 }
  ("the right size has exact borders", function(points, employees)
    expect(decide({ lead = person, account = with(company, { employees = employees }) }):points "right size"):is(points)
  end)

  each { [5000] = 0, [5001] = 15 }
  ("large begins where the right size ends", function(points, employees)
    expect(decide({ lead = person, account = with(company, { employees = employees }) }):points "large"):is(points)
  end)

  each { senior = { 0, 0 }, manager = { 0, 12 }, director = { 25, 0 }, c_level = { 25, 0 } }
  ("seniority", function(points, level)
    local d = decide { lead = with(person, { job_level = level }), account = company }
    expect(d:points "senior title"):is(points[1])
    expect(d:points "manager"):is(points[2])
  end)

  it("a free mailbox costs only where no company is known", function()
    expect(decide({ lead = with(person, { email = "ada@gmail.com" }) }):points "free mailbox"):is(-25)
    expect(decide({ lead = with(person, { email = "ada@gmail.com" }), account = company }):points "free mailbox"):is(0)
  end)

  it("an unknown size widens the score instead of counting as zero", function()
    local value, low, high = decide({ lead = person, account = with(company, { employees = unknown }) }):score "fit"
    expect(value):is(75)
    expect(low):is(75)
    expect(high):is(100)
  end)

  it("engagement halves in three weeks", function()
    local function points(when)
      return decide({ lead = person, account = company, events = { { "demo_request", when } } }):points("engagement")
    end
    expect(points "0d ago"):is(30)
    expect(points "21d ago"):is(15)
    expect(points "42d ago"):is(7.5)
  end)

  it("a bot that loads fifty pages in a day counts five", function()
    local events = {}
    for i = 1, 50 do events[i] = { "page_view", "0d ago" } end
    expect(decide({ lead = person, account = company, events = events }):points("engagement")):is(5)
  end)

  it("pricing twice in a month, counted in days", function()
    local function points(first) -- the second visit is today's
      return decide({ lead = person, account = company,
                      events = { { "pricing_view", first }, { "pricing_view", "0d ago" } } }):points "pricing twice in a month"
    end
    expect(points "29d ago"):is(15)
    expect(points "30d ago"):is(0)
  end)

  it("quiet for more than ninety days costs twenty", function()
    local function points(when)
      return decide({ lead = person, account = company, events = { { "webinar", when } } }):points "gone quiet"
    end
    expect(points "90d ago"):is(0)
    expect(points "91d ago"):is(-20)
  end)

  it("a function says why: four days in a week", function()
    local events = {}
    for i = 0, 3 do events[#events + 1] = { "page_view", i .. "d ago" } end
    local d = decide { lead = person, account = company, events = events }
    expect(d:points "binge"):is(10)
    local note
    for _, entry in ipairs(d:ledger("interest")) do
      if entry.rule == "binge" then note = entry.note end
    end
    expect(note):is "4 separate days in a week"
    events[#events] = nil
    expect(decide({ lead = person, account = company, events = events }):points "binge"):is(0)
  end)

  it("topic interest is kept apart from product interest [A3.7]", function()
    local reader = decide { lead = person, account = company, events = { { "ebook", "1d ago" }, { "whitepaper", "1d ago" } } }
    local shopper = decide { lead = person, account = company, events = { { "pricing_view", "1d ago" } } }
    expect(reader:score "topic"):more_than(reader:score "interest")
    expect(shopper:score "topic"):is(0)
    expect(shopper:score "interest"):more_than(0)
  end)

  it("three days in a fortnight show in the topic score", function()
    local events = { { "page_view", "1d ago" }, { "page_view", "2d ago" }, { "page_view", "13d ago" } }
    expect(decide({ lead = person, account = company, events = events }):points "several days"):is(10)
    events[3] = { "page_view", "14d ago" }
    expect(decide({ lead = person, account = company, events = events }):points "several days"):is(0)
  end)

  it("an offline event scores like an online one [A1.31]", function()
    local web = decide { lead = person, account = company, events = { { "webinar", "3d ago" } } }
    local list = decide { lead = person, account = company, events = { { "webinar", "2026-02-26T08:00:00Z" } }, at = "2026-03-01" }
    expect(list:score "interest"):is(web:score "interest")
  end)
end)

describe("the lifecycle", function()
  it("a rejected hand-off goes back to nurturing and cools off [A1.29]", function()
    local d = ready {
      prior = { inbound = { stage = "sales_ready", entered = "10d ago" } },
      events = { { "demo_request", "12d ago" }, { "handoff_rejected", "1d ago", reason = "no budget" } },
    }
    expect(d.stage):is "nurture"
    expect(d.prior_stage):is "sales_ready"
    expect(d.cause):is "recycle"
    expect(d.cool_off):is_not(nil)
  end)

  it("what the seller does never moves a lead forward [A3.8]", function()
    local quiet = decide { lead = person, account = company }
    local busy = decide { lead = person, account = company,
                          events = { { "sales_touch", "1d ago" }, { "email_sent", "1d ago" }, { "sales_touch", "0d ago" } } }
    expect(busy.stage):is(quiet.stage)
    expect(busy:score "interest"):is(quiet:score "interest")
  end)

  it("interest that fades asks for attention but takes no stage away", function()
    local d = decide { lead = person, account = company, prior = { inbound = { stage = "worth_a_call", entered = "60d ago" } },
                       events = { { "demo_request", "60d ago" } } }
    expect(d:verdict "worth_a_call"):is "fail"
    expect(d.stage):is "worth_a_call"
    expect(d.attention):is_true()
  end)

  it("a dead web tracker demotes nobody", function()
    local d = decide { lead = person, account = company, feeds = { web = "stale" },
                       prior = { inbound = { stage = "worth_a_call", entered = "150d ago" } },
                       events = { { "demo_request", "150d ago" } } }
    expect(d.stage):is "worth_a_call"
  end)
end)
