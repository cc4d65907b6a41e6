-- How safe a customer is, what works for them, and when more may be offered.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local plant = {
  name = "Plant AG", domain = "plant.example", type = "customer", customer_since = "2024-05-01", renewal = "2026-12-31",
  products = { "planning" }, open_tickets = 0, adoption = 0.5, satisfaction = 8, overdue = false,
}
local ada = { email = "ada@plant.example", title = "Head of Operations" }
local in_use = { { "product_use", "1d ago" } }

-- A customer of two years who is neither in danger nor hungry; what a test changes is all that differs.
local function customer(case)
  case = case or {}
  local events = { in_use[1] }
  for _, event in ipairs(case.events or {}) do events[#events + 1] = event end
  return decide { lead = with(ada, case.lead or {}), account = with(plant, case.account or {}), answers = case.answers,
                  events = case.idle and case.events or events, group = case.group, prior = case.prior, at = case.at }
end

describe("whom the model is about", function()
  each { customer = false, prospect = true, partner = true } ("customers, whom inbound leaves to it [A6.17]", function(outside, kind)
    expect(customer({ account = { type = kind } }).outside):is(outside)
  end)
end)

describe("danger", function()
  it("is nothing where all is well, and is never below it", function()
    expect(customer():score "danger"):is(0)
  end)

  each { ["30d ago"] = 0, ["31d ago"] = 40 } ("comes with silence, whoever of them is silent", function(points, when)
    expect(customer({ idle = true, events = { { "product_use", when } } }):points "nobody uses it"):is(points)
  end)

  it("comes where nobody ever used it", function()
    expect(customer({ idle = true, events = {} }):points "nobody uses it"):is(40)
  end)

  it("does not come while a colleague uses it", function()
    local d = customer { idle = true, events = { { "product_use", "80d ago" } },
                         group = { { lead = { email = "eli@plant.example" }, events = in_use } } }
    expect(d:points "nobody uses it"):is(0)
  end)

  each { ["0.29"] = 20, ["0.3"] = 0 } ("comes where much lies unused", function(points, share)
    expect(customer({ account = { adoption = tonumber(share) } }):points "much lies unused"):is(points)
  end)

  each { ["0"] = 30, ["6"] = 30, ["7"] = 0 } ("comes with a detractor", function(points, answer)
    expect(customer({ account = { satisfaction = math.tointeger(answer) } }):points "unhappy"):is(points)
  end)

  each { ["2"] = 0, ["3"] = 15 } ("comes with tickets that wait", function(points, tickets)
    expect(customer({ account = { open_tickets = math.tointeger(tickets) } }):points "waits for help"):is(points)
  end)

  it("comes with bills that are not paid", function()
    expect(customer({ account = { overdue = true } }):points "does not pay"):is(20)
  end)

  each { no = 30, unsure = 30, yes = 0 } ("comes with doubt about the next term", function(points, staying)
    expect(customer({ answers = { staying = staying } }):points "not sure to stay"):is(points)
  end)

  it("comes when whoever signed works somewhere else", function()
    local left = { { "job_change", "89d ago" } }
    expect(customer({ lead = { group_role = "economic" }, events = left }):points "the sponsor left"):is(30)
    expect(customer({ lead = { group_role = "user" }, events = left }):points "the sponsor left"):is(0)
    expect(customer({ lead = { group_role = "economic" }, events = { { "job_change", "90d ago" } } }):points "the sponsor left"):is(0)
  end)

  it("ends at a hundred", function()
    local d = customer { idle = true, events = { { "product_use", "99d ago" } }, answers = { staying = "no" },
                         account = { adoption = 0, satisfaction = 0, open_tickets = 9, overdue = true } }
    expect(d:score "danger"):is(100)
  end)
end)

describe("value", function()
  it("is what they say, use and recommend", function()
    local events = {}
    for day = 2, 8 do events[#events + 1] = { "product_use", ("%dd ago"):format(day) } end
    local d = customer { answers = { outcome_reached = true }, account = { adoption = 0.7, satisfaction = 9 }, events = events }
    expect(d:points "reached the outcome"):is(40)
    expect(d:points "well adopted"):is(25)
    expect(d:points "part of the week"):is(20)
    expect(d:points "recommends us"):is(15)
    expect(d:score "value"):is(100)
  end)

  it("is nothing where none of it holds", function()
    local d = customer { answers = { outcome_reached = false }, account = { adoption = 0.69, satisfaction = 8 } }
    expect(d:score "value"):is(0)
  end)

  each { ["27d ago"] = 20, ["28d ago"] = 0 } ("of eight days in four weeks", function(points, oldest)
    local events = { { "product_use", oldest } }
    for day = 2, 7 do events[#events + 1] = { "product_use", ("%dd ago"):format(day) } end
    expect(customer({ events = events }):points "part of the week"):is(points)
  end)
end)

describe("appetite", function()
  each { product_view = 4, webinar = 6, case_study = 6, pricing_view = 12, demo_request = 35, pricing_request = 35, product_use = 0 }
  ("an event today, and a month ago", function(points, kind)
    expect(customer({ events = { { kind, "0d ago" } } }):points "looks around"):is(points)
    expect(customer({ events = { { kind, "30d ago" } } }):points "looks around"):is(points / 2)
  end)

  it("three pages a day count, and all of it no more than 80", function()
    expect(customer({ events = test.events({ product_view = 4 }, "0d ago") }):points "looks around"):is(12)
    local two_days = test.events({ product_view = 3 }, "0d ago")
    for _, event in ipairs(test.events({ product_view = 3 }, "30d ago")) do two_days[#two_days + 1] = event end
    expect(customer({ events = two_days }):points "looks around"):is(18)
    expect(customer({ events = { { "product_view", "0d ago" }, { "product_view", "0d ago" }, { "product_view", "1d ago" },
                                 { "product_view", "1d ago" } } }):points "looks around"):more_than(15)
    expect(customer({ events = test.events({ demo_request = 3 }, "0d ago") }):points "looks around"):is(80)
  end)

  each { ["179d ago"] = 10, ["180d ago"] = 0 } ("a champion brings others", function(points, when)
    expect(customer({ events = { { "referral", when } } }):points "a champion recommends"):is(points)
  end)

  it("a plan for this year counts, and a hundred is the end", function()
    local d = customer { answers = { this_year = true }, events = { { "referral", "1d ago" }, { "demo_request", "0d ago" },
                         { "pricing_request", "0d ago" }, { "pricing_view", "0d ago" } } }
    expect(d:points "planned for this year"):is(20)
    expect(d:score "appetite"):is(100)
    expect(customer({ answers = { this_year = false } }):score "appetite"):is(0)
  end)
end)

describe("the grade", function()
  local worth = { A = { 0.7, 9, true }, B = { 0.7, 8, true }, C = { 0.7, 8, false }, D = { 0.1, 8, false } }

  each { "A", "B", "C", "D" } ("has a letter for value", function(letter)
    local row = worth[letter]
    local d = customer { account = { adoption = row[1], satisfaction = row[2] }, answers = { outcome_reached = row[3] } }
    expect(d.grade):is(letter .. "4")
  end)

  -- Half of the points of 30 days ago are there still: so a score comes near to its limit.
  local none = {}
  each {
    ["80"] = { { demo_request = 2, pricing_view = 1 }, none, "D1" }, ["59"] = { { demo_request = 1, pricing_view = 2 }, none, "D2" },
    ["30"] = { { pricing_view = 2, webinar = 1 }, none, "D2" }, ["29"] = { { pricing_view = 1, product_view = 2 }, { webinar = 3 }, "D3" },
    ["10"] = { { webinar = 1, product_view = 1 }, none, "D3" }, ["9"] = { { webinar = 1 }, { webinar = 1 }, "D4" },
  } ("has a number for appetite", function(row)
    local events = test.events(row[1], "0d ago")
    for _, event in ipairs(test.events(row[2], "30d ago")) do events[#events + 1] = event end
    local d = customer { account = { adoption = 0.4 }, events = events, answers = { this_year = false } }
    expect(d.grade):is(row[3])
    expect(d:criterion("worth_a_call", "appetite")):is(row[3] < "D3" and "yes" or "no")
  end)

  it("turns at 75, 50, 25, and at 60", function()
    local weekly = {}
    for day = 2, 8 do weekly[#weekly + 1] = { "product_use", ("%dd ago"):format(day) } end
    local function letter(account, reached)
      return customer({ account = account, answers = { outcome_reached = reached }, events = weekly }).grade:sub(1, 1)
    end
    expect(letter({ satisfaction = 9 }, true)):is "A"                     -- 75
    expect(letter({ adoption = 0.7 }, false)):is "C"                      -- 45
    expect(letter({ adoption = 0.7, satisfaction = 9 }, false)):is "B"    -- 60
    expect(letter({}, false)):is "D"                                      -- 20
    local sixty = test.events({ pricing_view = 5 }, "0d ago")
    expect(customer({ events = sixty }).grade):is "D1"
  end)
end)

describe("the gates", function()
  it("whoever is known at a customer is looked after", function()
    expect(customer():verdict "nurture"):is "pass"
    expect(customer({ lead = { title = unknown } }):verdict "nurture"):is "fail"
  end)

  it("appetite is worth a call at 30 points, a question at once", function()
    local later = { this_year = false }
    expect(customer({ events = test.events({ pricing_view = 2, webinar = 1 }, "0d ago"), answers = later }):verdict "worth_a_call"):is "pass"
    expect(customer({ events = test.events({ pricing_view = 2, product_view = 1 }, "0d ago"), answers = later }):verdict "worth_a_call"):is "fail"
    for _, kind in ipairs { "demo_request", "pricing_request" } do
      expect(customer({ events = { { kind, "29d ago" } }, answers = later }):verdict "worth_a_call"):is "pass"
      expect(customer({ events = { { kind, "30d ago" } }, answers = later }):verdict "worth_a_call"):is "fail"
    end
  end)

  it("nobody in danger is offered more, however hungry", function()
    local asked = { { "demo_request", "1d ago" } }
    expect(customer({ events = asked, account = { satisfaction = 6 } }):verdict "worth_a_call"):is "fail"
    expect(customer({ events = asked, account = { overdue = true } }):verdict "worth_a_call"):is "pass"
  end)

  local ready = { outcome_reached = true, need = "acknowledged", buying_role = "decides" }

  it("sales hears of them when the first purchase has worked", function()
    local asked = { { "demo_request", "1d ago" } }
    local d = customer { events = asked, answers = ready }
    expect(d.stage):is "sales_ready"
    expect(customer({ events = asked, answers = with(ready, { outcome_reached = false }) }):verdict "sales_ready"):is "fail"
    expect(customer({ events = asked, answers = with(ready, { need = "none" }) }):verdict "sales_ready"):is "fail"
  end)

  each { decides = "pass", influences = "pass", uses = "pass", none = "fail" } ("a part in buying more", function(verdict, role)
    local d = customer { events = { { "demo_request", "1d ago" } }, answers = with(ready, { buying_role = role }) }
    expect(d:verdict "sales_ready"):is(verdict)
  end)

  each { ["59d ago"] = "pass", ["60d ago"] = "fail" } ("a meeting shows that they want to talk", function(verdict, when)
    expect(customer({ events = { { "meeting_held", when } }, answers = ready }):verdict "sales_ready"):is(verdict)
  end)
end)

describe("an expansion is the company's", function()
  local all = { need = "acknowledged", process = "the board in May", decision_by = "2026-06-01", funds_commit = true }
  local signs, uses = { email = "tom@plant.example", group_role = "economic" }, { email = "ida@plant.example", group_role = "user" }

  local function verdict(changes, group)
    return customer({ answers = with(all, changes), group = group or { signs, uses } }):verdict "opportunity"
  end

  it("with a need, both roles, a process, a day and money", function()
    expect(verdict {}):is "pass"
    expect(verdict { need = "none" }):is "insufficient"
    local none = { need = "none" }
    expect(verdict(none, { { lead = signs, answers = none }, { lead = uses, answers = none } })):is "fail"
    expect(verdict(none, { { lead = signs, answers = none }, { lead = uses, answers = { need = "confirmed" } } })):is "pass"
    expect(verdict { process = unknown }):is "fail"
    expect(verdict { funds_commit = false }):is "fail"
    expect(verdict { decision_by = "2026-08-27" }):is "pass"
    expect(verdict { decision_by = "2026-08-28" }):is "fail"
    expect(verdict({}, { signs })):is "insufficient"
    expect(verdict({}, { uses })):is "insufficient"
  end)
end)

describe("the way back and out", function()
  each { ["120d ago"] = "worth_a_call", ["121d ago"] = "nurture" } ("who falls silent is a customer again", function(stage, when)
    local d = customer { idle = true, events = { { "product_use", when } }, prior = { stage = "worth_a_call", entered = "2025-06-01" } }
    expect(d.stage):is(stage)
    if stage == "nurture" then expect(d.cool_off):is "2026-03-31T23:59:59Z" end
  end)

  it("a rejected hand-off rests for two months", function()
    local d = customer { events = { { "handoff_rejected", "1d ago", reason = "not now" } },
                         prior = { stage = "sales_ready", entered = "10d ago" } }
    expect(d.stage):is "nurture"
    expect(d.cool_off):is "2026-04-30T23:59:59Z"
  end)

  it("appetite starts anew after it", function()
    local d = customer { prior = { stage = "nurture", recycled = "5d ago" }, events = { { "demo_request", "9d ago" } },
                         account = { satisfaction = 9 } }
    expect(d:points "looks around"):is(0)
    expect(d:points "recommends us"):is(15)
  end)

  it("whoever signed is still gone", function()
    local d = customer { prior = { stage = "nurture", recycled = "5d ago" }, lead = { group_role = "economic" },
                         events = { { "job_change", "9d ago" } } }
    expect(d:points "the sponsor left"):is(30)
  end)

  it("who leaves is not sold to", function()
    local d = customer { answers = { staying = "no" } }
    expect(d.disqualified):is "leaving"
    expect(d.track):is "a good end"
    expect(customer({ answers = { staying = "unsure" } }).disqualified):is_nil()
  end)
end)

describe("in any lead", function()
  properties.unknown_never_scores()
  properties.order_never_matters()
  properties.sellers_never_count { except = { "the sponsor left" } } -- whoever tells us of the new job, it is no act of ours
  properties.points_add_up()
  properties.same_facts_same_verdict()
end)
