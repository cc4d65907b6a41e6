-- Each cause of friction alone, whose part it is, and what helps.
local test = require "assay.test"
local friction = require "assay.friction"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local smooth = { urgency = "a plant stands still", improvement = "half the scrap", fears = "none", returns = "90000 EUR",
                 effects = "two planners", build_itself = false, concerns = "the works council, training" }
local company = { name = "Big AG", domain = "big.example", marketing_owner = "mia@ours.example", sales_owner = "sam@ours.example" }
local eva = { email = "eva@big.example", title = "COO", group_role = "economic" }
local tom = { email = "tom@big.example", title = "CTO", group_role = "technical" }

local function seen(answers, account, group)
  return decide { lead = eva, account = with(company, account or {}), answers = with(smooth, answers or {}), group = group or { tom } }
end

local function both(d) return { solution = d:score "solution_friction", change = d:score "change_friction" } end

describe("a cause of friction", function()
  it("is found nowhere when the buyer knows what she needs", function()
    local d = seen()
    expect(d:score "solution_friction"):is(0)
    expect(d:score "change_friction"):is(0)
    expect(d.plays):lacks "friction: status_quo"
  end)

  each {
    ["the status quo seems to cost nothing [A4.10]"]    = { "solution", "status_quo", { urgency = unknown } },
    ["the improvement is not understood [A4.11]"]       = { "solution", "improvement", { improvement = unknown } },
    ["the purchase looks risky [A4.12]"]                = { "solution", "risk", { fears = "many" } },
    ["the return is not pictured [A4.13]"]              = { "solution", "returns", { returns = unknown } },
    ["effects on the organisation unknown [A4.14]"]     = { "change", "system", { effects = unknown } },
    ["own people could build it [A4.16]"]               = { "change", "own_means", { build_itself = true } },
    ["concerns of stakeholders unknown [A4.17]"]        = { "change", "stakeholders", { concerns = unknown } },
  } ("is one point of its own side", function(row)
    local d = seen(row[3])
    local found = both(d)
    expect(found[row[1]]):is(1)
    expect(found[row[1] == "solution" and "change" or "solution"]):is(0)
    expect(d:points(row[2])):is(1)
  end)

  it("adds up with the others of its side", function()
    local d = seen { urgency = unknown, returns = unknown, build_itself = true }
    expect(d:score "solution_friction"):is(2)
    expect(d:score "change_friction"):is(1)
  end)

  it("lies with marketing or with sales, and has a remedy [A4.19]", function()
    for i, cause in ipairs(friction.causes) do
      expect(friction.owners[cause.side]):is(i <= 4 and "marketing" or "sales")
      expect((cause.content or cause.task) ~= nil):is(true)
    end
    expect(#friction.causes):is(8)
  end)

  it("has the remedy that answers it", function()
    local by_name = {}
    for _, cause in ipairs(friction.causes) do by_name[cause.name] = cause end
    expect(by_name.status_quo.content):is "cost-of-delay-model"
    expect(by_name.returns.content):is "roi-calculator"
    expect(by_name.own_means.content):is "build-or-buy-paper"
  end)
end)

describe("what nobody can help", function()
  for _, fact in ipairs { "spending_freeze", "new_management" } do
    it(fact .. " is blamed on nobody [A4.18]", function()
      local d = seen({ urgency = unknown, build_itself = true }, { [fact] = true })
      expect(d:score "outside_friction"):is(1)
      expect(d:score "solution_friction"):is(0)
      expect(d:score "change_friction"):is(0)
      expect(d.plays):lacks "friction: status_quo"
    end)
  end

  it("counts only when it is known", function()
    local d = seen({ urgency = unknown }, { spending_freeze = unknown, new_management = false })
    expect(d:score "solution_friction"):is(1)
  end)
end)

describe("the plan of an account", function()
  it("opens a play while the buying group has a gap [A4.15]", function()
    expect(seen({}, {}, {}).plays):contains "friction: group"
    expect(seen({}, {}, { tom }).plays):lacks "friction: group"
  end)

  it("has a play for each cause that the pack tells", function()
    local d = seen { urgency = unknown, build_itself = true }
    expect(d.plays):contains "friction: status_quo"
    expect(d.plays):contains "friction: own_means"
    expect(seen { build_itself = unknown }.plays):lacks "friction: own_means"
  end)
end)

describe("the value case of an account", function()
  it("has all three parts: return, risk, choice [A5.10]", function()
    local d = seen({}, { name = unknown })
    expect(d.plan):is "value case"
    for _, part in ipairs { "an attractive return", "a small risk", "the best choice" } do
      expect(d.plays):contains("value case: " .. part)
    end
  end)
end)

describe("somebody who was active and stopped [A4.25]", function()
  local function quiet(events)
    return decide { lead = eva, account = company, events = events }:points "went quiet"
  end

  it("is quiet after three of their own pauses", function()
    -- Days 0, 10 and 20: a pause of ten days, so that the silence begins on day 31.
    expect(quiet { { "page_view", "51d ago" }, { "page_view", "41d ago" }, { "page_view", "31d ago" } }):is(-20)
    expect(quiet { { "page_view", "50d ago" }, { "page_view", "40d ago" }, { "page_view", "30d ago" } }):is(0)
  end)

  it("has the habit of seldom coming, and is not quiet yet", function()
    expect(quiet { { "page_view", "160d ago" }, { "page_view", "100d ago" }, { "page_view", "40d ago" } }):is(0)
  end)

  it("who came daily is given two weeks", function()
    expect(quiet { { "page_view", "17d ago" }, { "page_view", "16d ago" }, { "page_view", "15d ago" } }):is(-20)
    expect(quiet { { "page_view", "16d ago" }, { "page_view", "15d ago" }, { "page_view", "14d ago" } }):is(0)
  end)

  it("two days are no habit", function()
    expect(quiet { { "page_view", "90d ago" }, { "page_view", "89d ago" }, { "page_view", "89d ago" } }):is(0)
  end)

  it("what sales sends breaks no silence", function()
    expect(quiet { { "page_view", "51d ago" }, { "page_view", "41d ago" }, { "page_view", "31d ago" },
                   { "sales_mail", "1d ago" } }):is(-20)
  end)

  it("months and leap years are counted by days", function()
    -- From 28 February to 1 March of a leap year are two days.
    local d = decide { lead = eva, account = company, at = "2024-03-20",
                       events = { { "page_view", "2024-02-28" }, { "page_view", "2024-02-29" }, { "page_view", "2024-03-01" } } }
    expect(d:points "went quiet"):is(-20)
  end)
end)
