-- What marketing and sales agreed on, as cases. Change a case before you change a rule.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Software", employees = 900 }
local person  = { email = "ada@acme.example", title = "Head of Operations", job_level = "director" }
local agreed  = { need = "acknowledged", buying_role = "influences" }
local asked   = { { "demo_request", "2d ago" } }

-- So many white papers at 5 points and pages at 1.
local function read(papers, pages) return test.events { whitepaper = papers, page_view = pages or 0 } end

-- What holds whatever the lead: tried on leads that are generated from what the rules read. Few, so that this is quick;
-- `assay test --repeat 50` tries others.
properties.all { cases = 20 }

describe("the programme", function()
  it("takes who belongs to the market", function()
    expect(decide({ lead = person, account = company }).stage):is "nurture"
  end)

  it("leaves out who does not", function()
    local d = decide { lead = person, account = { domain = "school.example", industry = "Education" } }
    expect(d:verdict "nurture"):is "fail"
  end)

  it("does not take a missing title for a no", function()
    local d = decide { lead = { email = "ada@acme.example" }, account = company }
    expect(d:verdict "nurture"):is "insufficient"
  end)

  each { operations = "pass", engineering = "pass", technology = "pass", painting = "fail" }
  ("goes by the title", function(verdict, word)
    expect(decide({ lead = { title = "Head of " .. word }, account = company }):verdict "nurture"):is(verdict)
  end)

  each {
    { "Student of Business" }, { "Intern, Operations" },
  } ("pursues neither students nor interns", function(row)
    expect(decide({ lead = { title = row[1] }, account = company }).disqualified):is "student"
  end)
end)

describe("fit", function()
  each {
    ["our market"]      = { rule = "target market", account = { industry = "Manufacturing" }, points = 40 },
    ["another market"]  = { rule = "target market", account = { industry = "Education" }, points = 0 },
    ["200 people"]      = { rule = "right size", account = { employees = 200 }, points = 30 },
    ["199 people"]      = { rule = "right size", account = { employees = 199 }, points = 0 },
    ["5,000 people"]    = { rule = "right size", account = { employees = 5000 }, points = 30 },
    ["5,001 people"]    = { rule = "right size", account = { employees = 5001 }, points = 0 },
    ["a director"]      = { rule = "senior", lead = { job_level = "director" }, points = 30 },
    ["a manager"]       = { rule = "senior", lead = { job_level = "manager" }, points = 0 },
  } ("gives points", function(row)
    expect(decide({ lead = row.lead or person, account = row.account or company }):points(row.rule)):is(row.points)
  end)

  it("lies between 0 and 100", function()
    local none = decide { lead = { job_level = "manager" }, account = { industry = "Education", employees = 5 } }
    expect(none:score "fit"):is(0)
    expect(decide({ lead = person, account = company }):score "fit"):is(100)
  end)
end)

describe("interest", function()
  each {
    { "page_view", count = 1, points = 1 },    { "page_view", count = 6, points = 5 },
    { "whitepaper", count = 1, points = 5 },   { "pricing_view", count = 1, points = 10 },
    { "demo_request", count = 1, points = 30 }, { "demo_request", count = 3, points = 80 },
  } ("gives points for what was done", function(row)
    expect(decide({ lead = person, events = test.events { [row[1]] = row.count } }):score "interest"):is(row.points)
  end)

  it("counts five pages on each day", function()
    local two_days = { { "page_view", "1d ago" } }
    for _, event in ipairs(test.events { page_view = 5 }) do two_days[#two_days + 1] = event end
    expect(decide({ lead = person, events = two_days }):score "interest"):more_than(5)
  end)

  it("keeps what was done before a lead came back", function()
    local d = decide { lead = person, account = company, events = { { "whitepaper", "10d ago" } },
                       prior = { stage = "nurture", recycled = "5d ago" } }
    expect(d:score "interest"):more_than(0)
  end)

  it("fades by half in two weeks", function()
    local d = decide { lead = person, events = { { "pricing_view", "14d ago" } } }
    expect(d:score "interest"):is(5)
  end)

  each {
    ["one visit"]             = { days = { "3d ago" }, points = 0 },
    ["two visits"]            = { days = { "3d ago", "29d ago" }, points = 20 },
    ["one of them too early"] = { days = { "3d ago", "30d ago" }, points = 0 },
  } ("counts visits of the price list", function(row)
    local events = {}
    for i, day in ipairs(row.days) do events[i] = { "pricing_view", day } end
    expect(decide({ lead = person, events = events }):points "pricing twice in a month"):is(row.points)
  end)

  it("lies between 0 and 100", function()
    expect(decide({ lead = person }):score "interest"):is(0)
    expect(decide({ lead = person, events = test.events { pricing_view = 9 } }):score "interest"):is(100)
  end)
end)

describe("a call", function()
  each {
    ["30 points of reading"] = { events = read(6), verdict = "pass" },
    ["29 points of reading"] = { events = read(5, 4), verdict = "fail" },
    ["a raised hand"]        = { events = { { "demo_request", "29d ago" } }, verdict = "pass" },
    ["a hand of last month"] = { events = { { "demo_request", "30d ago" } }, verdict = "fail" },
  } ("is worth it or not", function(row)
    expect(decide({ lead = person, account = company, events = row.events }):verdict "worth_a_call"):is(row.verdict)
  end)

  it("follows a raised hand at once", function()
    local d = decide { lead = person, account = company, events = { { "demo_request", "1h ago" } } }
    expect(d.stage):is "worth_a_call"
  end)
end)

describe("sales", function()
  it("gets who acknowledged the need and wants to talk", function()
    local d = decide { lead = person, account = company, answers = agreed, events = asked }
    expect(d.stage):is "sales_ready"
    expect(d.grade):is "A3"
  end)

  each {
    ["decides"]           = { answers = { need = "acknowledged", buying_role = "decides" }, verdict = "pass" },
    ["uses"]              = { answers = { need = "confirmed", buying_role = "uses" }, verdict = "pass" },
    ["no part in it"]     = { answers = { need = "acknowledged", buying_role = "none" }, verdict = "fail" },
    ["no need"]           = { answers = { need = "none", buying_role = "decides" }, verdict = "fail" },
    ["a small firm"]      = { account = { industry = "Software", employees = 5 }, lead = { job_level = "manager" },
                              verdict = "pass" },
    ["the wrong market"]  = { account = { industry = "Education", employees = 5 }, verdict = "fail" },
    ["a meeting"]         = { events = { { "meeting_booked", "29d ago" } }, verdict = "pass" },
    ["a meeting long ago"] = { events = { { "meeting_booked", "30d ago" } }, verdict = "fail" },
  } ("wants a fit, a need, a part in the decision and a conversation", function(row)
    local d = decide { lead = row.lead or person, account = row.account or company, answers = row.answers or agreed,
                       events = row.events or asked }
    expect(d:verdict "sales_ready"):is(row.verdict)
  end)

  it("never gets a raw inquiry", function()
    local d = decide { lead = person, account = company, events = { { "whitepaper", "1h ago" } } }
    expect(d.stage):is "nurture"
  end)

  it("gives back what is not ready, and is left alone with it for a month", function()
    local d = decide { at = "2026-03-01", lead = person, account = company, answers = agreed,
                       prior = { stage = "sales_ready", entered = "2026-02-20" },
                       events = { { "demo_request", "2026-02-20" }, { "handoff_rejected", "2026-02-27" } } }
    expect(d.stage):is "nurture"
    expect(d.cool_off):matches "^2026%-03%-31"
  end)
end)

describe("the grade", function()
  each {
    { "A", industry = "Software", employees = 200, level = "manager" },
    { "B", industry = "Software", employees = 5, level = "manager" },
    { "C", industry = "Education", employees = 200, level = "manager" },
  } ("has a letter for fit", function(row)
    local d = decide { lead = { job_level = row.level }, account = { industry = row.industry, employees = row.employees } }
    expect(d.grade):matches("^" .. row[1])
  end)

  each {
    { "1", papers = 12 }, { "2", papers = 11, pages = 4 }, { "2", papers = 6 }, { "3", papers = 5, pages = 4 },
  } ("has a number for interest", function(row)
    expect(decide({ lead = person, events = read(row.papers, row.pages) }).grade):matches(row[1] .. "$")
  end)
end)
