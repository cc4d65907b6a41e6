-- What a team can say of its buyers: how they buy, what convinces them, what they want more of.
local test = require "assay.test"
local buying, overshoot = require "assay.buying", require "assay.overshoot"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local eva = { email = "eva@big.example", title = "COO" }

local function seen(events, answers, revenue)
  return decide { lead = eva, account = { domain = "big.example", revenue = revenue or "2000000 EUR" }, events = events, answers = answers }
end

describe("the product profile [A1.27]", function()
  local all = { { "pricing_view", "1d ago" }, { "pricing_request", "1d ago" } }

  it("is yes or no: interest, budget and intent", function()
    expect(seen(all):verdict "sales_ready"):is "pass"
    expect(seen({ all[1] }):verdict "sales_ready"):is "fail"
    expect(seen({ all[2] }):verdict "sales_ready"):is "fail"
    expect(seen(all, {}, "900000 EUR"):verdict "sales_ready"):is "fail"
  end)

  it("does not add up: much interest makes up for no intent nowhere", function()
    expect(seen(test.events({ pricing_view = 50 }, "1d ago")):verdict "sales_ready"):is "fail"
  end)
end)

describe("the four stages of buying [A4.1]", function()
  each { page_view = 1, webinar = 2, pricing_view = 3, pricing_request = 4 }
  ("each is shown by its own sign, without those before it", function(stage, kind)
    expect(seen({ { kind, "1d ago" } }):score "buying_stage"):is(stage)
  end)

  it("the latest stage counts, and a buyer whose signs fade goes back", function()
    local events = { { "page_view", "1d ago" }, { "pricing_view", "170d ago" } }
    expect(seen(events):score "buying_stage"):is(3)
    events[2][2] = "180d ago"
    expect(seen(events):score "buying_stage"):is(1)
    expect(seen({}):score "buying_stage"):is(0)
  end)

  each { awareness = "discovery", consideration = "consideration", evaluation = "consideration", purchase = "decision" }
  ("has a phase of nurturing, as a table and when it is stated", function(phase, name)
    expect(seen({}, { buying_phase = name }).phase):is(phase)
    local found
    for _, stage in ipairs(buying.models.four_stages) do
      if stage.name == name then found = stage.phase end
    end
    expect(found):is(phase)
  end)

  it("are a question with four answers", function()
    expect(buying.question("four_stages").values):is { "awareness", "consideration", "evaluation", "purchase" }
    expect(#buying.question("six_steps").values):is(6)
  end)
end)

describe("proof points [A7.5]", function()
  local function proved(events) return seen(events) end

  it("are counted once each, by what tells them apart", function()
    local d = proved { { "webinar", "3d ago", title = "Steel" }, { "webinar", "2d ago", title = "Ports" },
                       { "webinar", "1d ago", title = "Steel" } }
    expect(d:score "proof_points"):is(2)
    expect(d:criterion("worth_a_call", "proof")):is "no"
  end)

  it("have a threshold", function()
    local d = proved { { "webinar", "3d ago", title = "Steel" }, { "webinar", "2d ago", title = "Ports" },
                       { "webinar", "1d ago", title = "Mills" } }
    expect(d:score "proof_points"):is(3)
    expect(d:criterion("worth_a_call", "proof")):is "yes"
  end)

  it("that do not say what they are count as one together, for as long as they count", function()
    expect(proved({ { "webinar", "3d ago" }, { "webinar", "2d ago" } }):score "proof_points"):is(1)
    expect(proved({ { "webinar", "90d ago", title = "Steel" } }):score "proof_points"):is(0)
    expect(proved({ { "webinar", "89d ago", title = "Steel" } }):score "proof_points"):is(1)
    expect(proved({ { "page_view", "1d ago", title = "Steel" } }):score "proof_points"):is(0)
  end)
end)

describe("the checklist of overshoot [A5.13]", function()
  it("has four questions, asked of the buyer", function()
    expect(#overshoot.questions):is(4)
    for _, question in ipairs(overshoot.questions) do expect(overshoot.answers[question.name].ask):is(question.ask) end
  end)

  it("finds a buyer who has enough and would not pay for more", function()
    local enough = { performance_acceptable = true, more_creates_value = false, benefit_put_in_figures = false, pays_for_more = false }
    expect(seen({}, enough):score "overshoot"):is(4)
    expect(seen({}, test.with(enough, { pays_for_more = true })):score "overshoot"):is(3)
    local wants = { performance_acceptable = false, more_creates_value = true, benefit_put_in_figures = true, pays_for_more = true }
    expect(seen({}, wants):score "overshoot"):is(0)
  end)

  it("leaves open what nobody asked", function()
    expect(seen({}):score "overshoot"):is(0)
    expect(seen({}, { pays_for_more = true }):criterion("worth_a_call", "needs more")):is "unknown"
    expect(seen({}, { performance_acceptable = true, more_creates_value = false }):criterion("worth_a_call", "needs more")):is "no"
  end)
end)

describe("performance as a benefit [A5.12]", function()
  it("215 hours of battery last about ten weeks at three hours a day", function()
    expect(("%.1f"):format(overshoot.weeks(215, 3))):is "10.2"
    expect(("%.1f"):format(overshoot.weeks(215, 2))):is "15.4"
  end)

  it("needs a use", function()
    expect(pcall(overshoot.weeks, 215, 0)):is(false)
  end)
end)
