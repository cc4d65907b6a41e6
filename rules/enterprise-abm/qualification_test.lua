-- The person inside an account that we chose.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local company = { name = "Big AG", domain = "big.example", industry = "Manufacturing", employees = 9000,
                  potential_value = "900000 EUR" }

local eva = { email = "eva@big.example", title = "COO", job_level = "c_level", group_role = "economic" }

describe("whom the model is about", function()
  each { ["49999.99 EUR"] = true, ["50000 EUR"] = false }
  ("accounts worth choosing", function(outside, value)
    expect(decide({ lead = eva, account = with(company, { potential_value = value }) }).outside):is(outside)
  end)

  it("awareness has no part in it: the pain decides [A6.15]", function()
    local unaware = decide { lead = eva, account = company }
    local aware = decide { lead = eva, account = company, events = { { "demo_request", "1d ago" }, { "webinar", "2d ago" } } }
    expect(unaware:criterion("nurture", "account")):is "yes"
    expect(aware:criterion("nurture", "account")):is "yes"
    local elsewhere = with(company, { industry = "Retail" })
    expect(decide({ lead = eva, account = elsewhere, events = { { "demo_request", "1d ago" } } }):criterion("nurture", "account")):is "no"
  end)
end)

describe("position", function()
  each { economic = 75, technical = 55, user = 45, legal = 25 }
  ("a role is worth so much, an executive more", function(points, role)
    expect(decide({ lead = with(eva, { group_role = role }), account = company }):score "position"):is(points)
  end)

  it("who decides, and says so", function()
    expect(decide({ lead = eva, account = company, answers = { buying_role = "decides" } }):points "decides"):is(25)
    expect(decide({ lead = eva, account = company, answers = { buying_role = "uses" } }):points "decides"):is(0)
  end)

  it("a vice president is an executive, a director is not", function()
    expect(decide({ lead = with(eva, { job_level = "vp" }), account = company }):points "executive"):is(25)
    expect(decide({ lead = with(eva, { job_level = "director" }), account = company }):points "executive"):is(0)
  end)
end)

describe("momentum", function()
  it("colleagues' activity moves the account", function()
    local function moving(days)
      local events = {}
      for i = 1, days do events[i] = { "page_view", i .. "d ago" } end
      return decide({ lead = eva, account = company, group = { { lead = { email = "t@big.example" }, events = events } } })
        :points "the account is moving"
    end
    expect(moving(3)):is(0)
    expect(moving(4)):is(20)
  end)

  it("an intent surge is a sum of strengths within a fortnight", function()
    local function surge(strength, when)
      return decide({ lead = eva, account = company,
                      account_events = { { "intent", "1d ago", strength = 40 }, { "intent", when, strength = strength } } })
        :points "intent surge"
    end
    expect(surge(29, "2d ago")):is(0)
    expect(surge(30, "2d ago")):is(15)
    expect(surge(30, "14d ago")):is(0)
  end)

  each { [5] = 0, [6] = -10 }
  ("open tickets weigh", function(points, tickets)
    expect(decide({ lead = eva, account = with(company, { open_tickets = tickets }) }):points "open tickets"):is(points)
  end)
end)

describe("gates", function()
  local said = { need = "acknowledged", buying_role = "decides" }

  it("a competitor is out", function()
    expect(decide({ lead = eva, account = with(company, { domain = "rival.example" }) }).disqualified):is "competitor"
  end)

  it("in conversation needs the account, the need, the role and the will", function()
    local d = decide { lead = eva, account = company, answers = said, events = { { "demo_request", "3d ago" } } }
    expect(d.stage):is "sales_ready"
    expect(d.label):is "in conversation"
    expect(decide({ lead = eva, account = company, answers = said }):criterion("sales_ready", "willing")):is "no"
    expect(decide({ lead = eva, account = company, answers = with(said, { need = "none" }),
                    events = { { "demo_request", "3d ago" } } }):verdict "sales_ready"):is "fail"
  end)

  it("a deal needs everybody's part, and a word with everybody [A1.12]", function()
    local spoken = { { "sales_touch", "5d ago" } }
    local function relations(role, events)
      return decide({ lead = eva, account = company, events = spoken,
                      group = { { lead = { email = "tom@big.example", group_role = role }, events = events } } })
        :criterion("opportunity", "relations")
    end
    expect(relations("technical", spoken)):is "yes"
    expect(relations(nil, spoken)):is "no"
    expect(relations("technical", {})):is "no"
  end)

  it("importance and urgency are both needed for a deal [A4.24]", function()
    local deal = { need = "acknowledged", importance = true, urgency = "a plant stands still" }
    for bits = 0, 3 do
      local answers = with(deal, { importance = { value = bits & 1 ~= 0 }, urgency = bits & 2 ~= 0 and deal.urgency or unknown })
      local pain = decide({ lead = eva, account = company, answers = answers }):criterion("opportunity", "pain")
      if bits == 3 then expect(pain):is "yes" else expect(pain):is_not "yes" end
    end
  end)
end)
