-- The account plans of the design.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local function plan(changes, case)
  local account = { name = "Big AG", domain = "big.example", industry = "Manufacturing", need_diversity = 0.6,
                    potential_value = "900000 EUR", marketing_owner = "mara@ours.example", sales_owner = "sam@ours.example" }
  for key, value in pairs(changes or {}) do account[key] = value end
  case = case or {}
  case.account = account
  case.lead = { email = "eva@big.example", title = "COO", group_role = "economic" }
  return decide(case)
end

describe("the segment", function()
  each {
    ["very high"]           = { value = "500000 EUR", diversity = 0.1, region = "abm" },
    ["low and alike"]       = { value = "49999.99 EUR", diversity = 0.3, region = "mass" },
    ["low and unlike"]      = { value = "49999.99 EUR", diversity = 0.31, region = "targeted" },
    ["between"]             = { value = "50000 EUR", diversity = 0.1, region = "targeted" },
  } ("has exact borders", function(row)
    expect(plan({ potential_value = row.value, need_diversity = row.diversity }).region):is(row.region)
  end)

  it("what the customer is worth counts before what it could be", function()
    expect(plan({ lifetime_value = "20000 EUR", need_diversity = 0.1 }).region):is "mass"
  end)
end)

describe("the plan", function()
  it("is made for one account, with a twentieth of its value as budget", function()
    local d = plan()
    expect(d.plan):is "market of one"
    expect(d.budget):is(45000)
    expect(d.coverage):is(0.2) -- one of economic 1, technical 1, user 2, legal 1
    expect(d.plays):contains "map the buying group"
    expect(d.plays):contains "cost of delay"
  end)

  it("closes a play when its question is answered", function()
    expect(plan({}, { answers = { urgency = "a plant stands still" } }).plays):lacks "cost of delay"
  end)

  it("is not made for a smaller account", function()
    expect(plan({ potential_value = "100000 EUR" }).plan):is_nil()
  end)
end)
