-- The renewal as a plan: when it begins, what it holds, what it may cost.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with = test.with

local plant = { name = "Plant AG", domain = "plant.example", type = "customer", renewal = "2026-05-01", open_tickets = 0,
                lifetime_value = "250000 EUR", marketing_owner = "mara@ours.example", sales_owner = "sam@ours.example" }

local function planned(case)
  case.lead = { email = "ada@plant.example", title = "COO", group_role = "economic" }
  case.account = with(plant, case.account or {})
  return decide(case)
end

describe("a renewal", function()
  each { ["2026-06-28"] = "renewal", ["2026-06-29"] = false, ["2026-03-01"] = "renewal", ["2026-02-28"] = false }
  ("is planned from 120 days before to the day itself", function(plan, day)
    expect(planned({ account = { renewal = day } }).plan):is(plan or nil)
  end)

  it("is a customer's", function()
    expect(planned({ account = { type = "prospect" } }).plan):is_nil()
  end)

  it("may cost a fiftieth of what the customer is worth", function()
    expect(planned({}).budget):is(5000)
  end)
end)

describe("its plays", function()
  it("begin with who signs, who uses it, and whether it worked", function()
    local d = planned {}
    expect(d.plays):contains "know the sponsor"
    expect(d.plays):contains "did it work"
    expect(d.plays):contains "ask for the renewal"
    expect(d.plays):lacks "show what it brought"
    expect(d.plays):lacks "win them back"
    expect(d.plays):lacks "clear the desk"
    expect(d.coverage):close_to(1 / 3, 1e-9)
  end)

  it("close when the group is known", function()
    local d = planned { group = { { email = "u@plant.example", group_role = "user" }, { email = "v@plant.example", group_role = "user" } } }
    expect(d.plays):lacks "know the sponsor"
  end)

  it("show what it brought where it brought something", function()
    local d = planned { answers = { outcome_reached = true } }
    expect(d.plays):contains "show what it brought"
    expect(d.plays):lacks "did it work"
    expect(planned({ answers = { outcome_reached = false } }).plays):lacks "show what it brought"
  end)

  it("win back who is not sure", function()
    for staying, open in pairs { no = true, unsure = true, yes = false } do
      local plays = planned({ answers = { staying = staying } }).plays
      if open then expect(plays):contains "win them back" else expect(plays):lacks "win them back" end
      expect(plays):lacks "ask for the renewal"
    end
  end)

  it("clear the desk where a ticket is open", function()
    expect(planned({ account = { open_tickets = 1 } }).plays):contains "clear the desk"
  end)
end)
