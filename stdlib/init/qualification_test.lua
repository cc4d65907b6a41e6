-- What marketing and sales agreed on, as cases. Change a case before you change a rule.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Software", employees = 900 }
local person  = { email = "ada@acme.example", title = "Head of Operations", job_level = "director" }
local agreed  = { need = "acknowledged", buying_role = "influences" }

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

  it("pursues no students", function()
    local d = decide { lead = { email = "s@acme.example", title = "Student of Business" }, account = company }
    expect(d.stage):is "disqualified"
  end)
end)

describe("interest", function()
  it("fades by half in two weeks", function()
    local d = decide { lead = person, account = company, events = { { "pricing_view", "14d ago" } } }
    expect(d:score "interest"):is(5)
  end)

  each {
    ["one visit"]  = { days = { "3d ago" }, points = 0 },
    ["two visits"] = { days = { "3d ago", "5d ago" }, points = 20 },
  } ("counts visits of the price list", function(row)
    local events = {}
    for i, day in ipairs(row.days) do events[i] = { "pricing_view", day } end
    local d = decide { lead = person, account = company, events = events }
    expect(d:points "pricing twice in a month"):is(row.points)
  end)
end)

describe("sales", function()
  it("hears at once of a raised hand", function()
    local d = decide { lead = person, account = company, events = { { "demo_request", "1h ago" } } }
    expect(d.stage):is "worth_a_call"
  end)

  it("gets who acknowledged the need and wants to talk", function()
    local d = decide { lead = person, account = company, answers = agreed, events = { { "demo_request", "2d ago" } } }
    expect(d.stage):is "sales_ready"
    expect(d.grade):is "A3"
  end)

  it("never gets a raw inquiry", function()
    local d = decide { lead = person, account = company, events = { { "whitepaper", "1h ago" } } }
    expect(d.stage):is "nurture"
  end)
end)
