-- What holds whatever the lead and its account: both are generated from what the rules read.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, expect, decide, for_all, assume = test.describe, test.expect, test.decide, test.for_all, test.assume

describe("in any account", function() properties.all() end)

describe("plans", function()
  for_all { always = { account = { domain = "big.example" } } } ("an account has a plan where its region has one", function(case)
    local d = decide(case)
    expect(d.plan):is(({ abm = "market of one", targeted = "named account" })[d.region])
  end)

  for_all { always = { account = { potential_value = "900000 EUR", need_diversity = 0.6 } }, without = { "group" } }
  ("a budget is a twentieth of what the account could pay", function(case)
    local d = decide(case)
    assume(d.plan == "market of one")
    expect(d.budget):is(45000)
  end)
end)
