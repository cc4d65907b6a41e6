-- Which accounts get a plan of their own, what it must hold, which plays are open.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local big = { name = "Big AG", domain = "big.example", industry = "Manufacturing", employees = 9000, type = "prospect",
              potential_value = "900000 EUR", need_diversity = 0.6,
              marketing_owner = "mara@ours.example", sales_owner = "sam@ours.example" }

local function account(changes) return with(big, changes) end

local function planned(case)
  case = case or {}
  case.lead = case.lead or { email = "eva@big.example", title = "COO", job_level = "c_level", group_role = "economic" }
  case.account = case.account or account()
  return decide(case)
end

describe("the region of an account", function()
  each {
    ["low and homogeneous"]             = { value = "49999.99 EUR", diversity = 0.3, region = "mass" },
    ["low but diverse"]                 = { value = "49999.99 EUR", diversity = 0.31, region = "targeted" },
    ["no longer low"]                   = { value = "50000 EUR", diversity = 0.1, region = "targeted" },
    ["nearly very high"]                = { value = "499999.99 EUR", diversity = 0.9, region = "targeted" },
    ["very high and diverse"]           = { value = "500000 EUR", diversity = 0.9, region = "abm" },
  } ("has exact borders [A6.4] [A6.6]", function(row)
    local d = planned { account = account { potential_value = row.value, need_diversity = row.diversity } }
    expect(d.region):is(row.region)
  end)

  for tenth = 0, 10 do
    it(("very high value is ABM whatever the diversity, %d tenths [A6.5]"):format(tenth), function()
      local d = planned { account = account { potential_value = "500000 EUR", need_diversity = tenth / 10 } }
      expect(d.region):is "abm"
    end)
  end

  it("an unknown value is insufficient, never a region", function()
    expect(planned({ account = account { potential_value = unknown } }).region):is "insufficient"
  end)

  it("what a customer has paid counts before what it could pay", function()
    local d = planned { account = account { lifetime_value = "20000 EUR", need_diversity = 0.1 } }
    expect(d.region):is "mass"
  end)
end)

describe("the plan", function()
  it("a market of one has a plan with a budget of a twentieth", function()
    local d = planned()
    expect(d.plan):is "market of one"
    expect(d.budget):is(45000)
  end)

  it("a targeted account has the smaller plan", function()
    local d = planned { account = account { potential_value = "100000 EUR" } }
    expect(d.plan):is "named account"
    expect(d.plays):contains "find the second person"
    expect(d.plays):contains "industry story"
  end)

  it("nobody else in the group: map it first [A6.14]", function()
    local d = planned()
    expect(d.coverage):is(0.2)
    expect(d.plays):contains "map the buying group"
  end)

  it("a full group needs no mapping [A6.13]", function()
    local d = planned { group = {
      { email = "t@big.example", group_role = "technical" }, { email = "u@big.example", group_role = "user" },
      { email = "v@big.example", group_role = "user" }, { email = "l@big.example", group_role = "legal" },
    } }
    expect(d.coverage):is(1)
    expect(d.plays):lacks "map the buying group"
  end)

  it("plays open and close with what the account says", function()
    local before = planned()
    expect(before.plays):contains "cost of delay"
    expect(before.plays):contains "agree on the decision"
    expect(before.plays):lacks "why not build it"
    expect(before.plays):lacks "executive sponsor"
    local after = planned { answers = { urgency = "a plant stands still", process = "a committee", build_itself = true,
                                        need = "acknowledged" } }
    expect(after.plays):lacks "cost of delay"
    expect(after.plays):lacks "agree on the decision"
    expect(after.plays):contains "why not build it"
    expect(after.plays):contains "executive sponsor"
  end)
end)
