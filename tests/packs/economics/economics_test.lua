-- The sums of the requirements and of the worked example of the cost of delay.
local test = require "assay.test"
local economics = require "assay.economics"
local score = require "assay.score"
local describe, it, each, expect = test.describe, test.it, test.each, test.expect

describe("enabling sales", function()
  each {
    ["no reps"]                              = { 0, nil, 0 },
    ["as published, 135,000 a rep [A2.16]"]  = { 40, nil, 5400000 },
    ["our own figure takes its place"]       = { 40, 90000, 3600000 },
  } ("costs so much a rep", function(row) expect(economics.enablement_cost(row[1], row[2])):is(row[3]) end)

  each {
    ["a company of a billion [A2.17]"]         = { 1e9, 14e6, 100e6 },
    ["in proportion for a smaller one [A2.17]"] = { 250e6, 3.5e6, 25e6 },
    ["nothing"]                                = { 0, 0, 0 },
  } ("badly loses so much", function(row)
    local loss = economics.poor_enablement(row[1])
    expect(loss.wasted):is(row[2])
    expect(loss.lost):is(row[3])
  end)
end)

-- A worked example: five benefits of a year.
local benefits = { labour = 46791, scrap = 25000, rework = 18000, overtime = 16000, energy = 7404 }

describe("the cost of delay", function()
  it("takes benefits by name", function()
    local a_month, parts = economics.cost_of_delay { benefits = benefits, costs = 75000, months = 1 }
    expect(("%.2f"):format(a_month)):is "2457.31"
    expect(parts.benefit_divisor):is(13)
  end)
  it("of marketing materials has the same inputs [A9.18]", function()
    -- The same five benefits: four savings on materials and one gain of revenue.
    local inputs = economics.materials {
      request = { now = 50000, after = 3209 }, obsolescence = { now = 25000, after = 0 },
      customisation = { now = 20000, after = 2000 }, inventory = { now = 17000, after = 1000 },
      revenue = { ["shorter cycles"] = 7404 }, costs = 75000, months = 1,
    }
    expect(inputs.benefits.request):is(46791)
    expect(("%.2f"):format((economics.cost_of_delay(inputs)))):is "2457.31"
  end)
  it("can be negative where the new way costs more", function()
    local inputs = economics.materials { inventory = { now = 1000, after = 13000 }, costs = 0 }
    expect((economics.cost_of_delay(inputs))):is(-1000)
  end)
  it("refuses what it does not know", function()
    expect(function() economics.cost_of_delay { benefits = {}, costs = 0, month = 1 } end):fails_with "month"
    expect(function() economics.materials { postage = { now = 1, after = 0 }, costs = 0 } end):fails_with "postage"
    expect(function() economics.poor_enablement(-1) end):fails_with "revenue"
  end)
end)

describe("what to expect of a lead of which nothing is known", function()
  it("is that it fails; 59 in a row without a win refute that one in twenty does not [A5.15]", function()
    local fails = score.failure_rate(5, 100)
    expect(fails):is(0.95)
    expect(score.patience(1 - fails)):is(59)
  end)
end)

describe("a plan", function()
  it("may cost its share of what is to be expected [A6.11]", function()
    expect((economics.plan { cost = 8000, value = 800e3, chance = 0.2, share = 0.05 })):is(true)
    local allowed, why = economics.plan { cost = 8000.01, value = 800e3, chance = 0.2, share = 0.05 }
    expect(allowed):is(false)
    expect(why):is "it costs 8000.01; 5 % of the 160000.00 to expect are 8000.00"
  end)
  it("without a share is a mistake", function()
    expect(function() economics.plan { cost = 1, value = 1 } end):fails_with "share"
  end)
end)

describe("what others published", function()
  each {
    ["preparedness of reps adds up to a hundred [A2.15]"] = { "preparedness", { 26, 31, 43 }, 100 },
    ["understanding the buying process [A4.8]"]            = { "buying_process", { 9.6 } },
    ["proof of value [A4.29]"]                             = { "proof_of_value", { 90, 65, 81 } },
    ["content and vendor preference [A7.14]"]              = { "content_impact", { 87 } },
    ["budgets come last [A1.9]"]                           = { "budget_last", { 70, 80 } },
  } ("is listed with its figures", function(row)
    local found, sum = score.benchmark(row[1]), 0
    for i, figure in ipairs(row[2]) do
      expect(found.figures[i]):is(figure)
      sum = sum + found.figures[i]
    end
    expect(#found.figures):is(#row[2])
    if row[3] then expect(sum):is(row[3]) end
  end)
  it("says whence it is, and nothing of what is not known", function()
    for _, name in ipairs(score.benchmarks()) do expect(score.benchmark(name).text):matches "…" end
    expect(score.benchmark("preparedness").by):matches "IDC"
    expect(score.benchmark("support_per_rep").by):is(nil)
    expect(function() score.benchmark "preparednes" end):fails_with "preparedness"
  end)
end)
