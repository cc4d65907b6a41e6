-- Listening first: what makes a lead of a services team ready, and what does not.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Plant AG", domain = "plant.example", industry = "Manufacturing", employees = 800 }
local person = { email = "eva@plant.example", title = "Head of IT", campaign_area = "cloud" }

local function with(case)
  local made = { lead = test.with(person, case.lead or {}), account = test.with(company, case.account or {}) }
  made.events, made.answers, made.group, made.prior = case.events, case.answers, case.group, case.prior
  return decide(made)
end

-- Everything that the gate to sales asks beside challenges.
local function willing(case)
  case.events = case.events or {}
  table.insert(case.events, { "meeting_held", "2d ago" })
  table.insert(case.events, { "contact_request", "3d ago" })
  case.answers = test.with({ buying_role = "influences" }, case.answers or {})
  return with(case)
end

describe("the services profile [A1.28]", function()
  it("is ready when one challenge has been understood", function()
    local d = willing { events = { { "challenge", "5d ago", area = "cloud", outcome = "a data centre less by June" } } }
    expect(d:score "challenges"):is(1)
    expect(d.stage):is "sales_ready"
  end)

  it("counts challenges instead of asking yes or no", function()
    local d = willing { events = {
      { "challenge", "5d ago", area = "cloud", outcome = "a data centre less by June" },
      { "challenge", "4d ago", area = "data", outcome = "one figure for stock in all plants" },
      { "challenge", "3d ago", area = "security", outcome = "the audit in May finds nothing open" },
    }, answers = { need = "acknowledged" } }
    expect(d:score "challenges"):is(4)
  end)

  it("takes a need in another area than that of the campaign, and says so", function()
    local d = willing { events = { { "challenge", "5d ago", area = "security", outcome = "the audit finds nothing open" } } }
    expect(d:score "challenges"):is(1)
    expect(d:score "challenges_elsewhere"):is(1)
    expect(d.stage):is "sales_ready"
    local same = willing { events = { { "challenge", "5d ago", area = "cloud", outcome = "a data centre less" } } }
    expect(same:score "challenges_elsewhere"):is(0)
    expect(same.stage):is "sales_ready"
  end)

  each { "security", "cloud", "data" } ("a challenge beyond the campaign is told for each area", function(area)
    for _, campaign in ipairs { "security", "cloud", "data" } do
      local d = willing { lead = { campaign_area = campaign }, events = { { "challenge", "5d ago", area = area, outcome = "x" } } }
      expect(d:score "challenges_elsewhere"):is(area == campaign and 0 or 1)
    end
  end)

  it("a need that nobody has put a name to counts as well", function()
    local d = willing { answers = { need = "acknowledged" } }
    expect(d:score "challenges"):is(1)
    expect(d.stage):is "sales_ready"
  end)

  it("without a challenge nobody is ready, however willing", function()
    local d = willing { answers = { need = "none" } }
    expect(d:score "challenges"):is(0)
    expect(d:verdict "sales_ready"):is "fail"
    expect(d.stage):is "worth_a_call"
  end)

  each { ["364d ago"] = 1, ["365d ago"] = 0 } ("a challenge is one for a year", function(points, when)
    for _, area in ipairs { "security", "cloud", "data" } do
      local d = willing { events = { { "challenge", when, area = area, outcome = "x" } } }
      expect(d:score "challenges"):is(points)
    end
  end)

  it("an area that we do not work in is no challenge for us", function()
    local d = willing { events = { { "challenge", "5d ago", area = "catering", outcome = "better lunch" } }, answers = { need = "none" } }
    expect(d:score "challenges"):is(0)
  end)
end)

describe("the gate to sales asks who and whether, too", function()
  local told = { { "challenge", "5d ago", area = "cloud", outcome = "a data centre less by June" } }

  each { decides = "pass", influences = "pass", uses = "fail", none = "fail" }
  ("a part in the decision", function(verdict, role)
    local d = with { events = { told[1], { "meeting_held", "2d ago" } }, answers = { buying_role = role } }
    expect(d:verdict "sales_ready"):is(verdict)
  end)

  each { ["59d ago"] = "pass", ["60d ago"] = "fail" } ("a talk or a raised hand, not long ago", function(verdict, when)
    for _, kind in ipairs { "meeting_held", "contact_request" } do
      local d = with { events = { told[1], { kind, when } }, answers = { buying_role = "decides" } }
      expect(d:verdict "sales_ready"):is(verdict)
    end
  end)

  it("a company of our market", function()
    local d = with { account = { industry = "Mining" }, events = { told[1], { "meeting_held", "2d ago" } },
                     answers = { buying_role = "decides" } }
    expect(d:verdict "sales_ready"):is "fail"
  end)
end)

describe("the first gate", function()
  each { ["100"] = "pass", ["99"] = "fail" } ("asks for a company of some size", function(verdict, employees)
    expect(with({ account = { employees = math.tointeger(employees) } }):verdict "nurture"):is(verdict)
  end)

  it("asks for the market and for a title", function()
    expect(with({ account = { industry = "Mining" } }):verdict "nurture"):is "fail"
    expect(with({ lead = { title = test.unknown } }):verdict "nurture"):is "fail"
  end)

  it("a competitor is none of it", function()
    expect(with({ account = { domain = "rivalservices.example" } }).disqualified):is "competitor"
  end)
end)

describe("how far the buyer is", function()
  local signs = {
    { "article_view", 180, 1 }, { "webinar", 180, 2 }, { "case_study", 180, 2 }, { "team_view", 90, 3 }, { "reference", 90, 3 },
  }
  for _, sign in ipairs(signs) do
    it(("%s shows it for %d days"):format(sign[1], sign[2]), function()
      expect(with({ events = { { sign[1], ("%dd ago"):format(sign[2] - 1) } } }):score "buying_stage"):is(sign[3])
      expect(with({ events = { { sign[1], ("%dd ago"):format(sign[2]) } } }):score "buying_stage"):is(0)
    end)
  end

  it("is told by what is stated, too", function()
    expect(with({ answers = { need = "acknowledged" } }):score "buying_stage"):is(2)
    expect(with({ answers = { funds_access = true } }):score "buying_stage"):is(4)
    expect(with({ answers = { funds_access = false } }):score "buying_stage"):is(0)
    expect(with({ answers = { need = "none" } }):score "buying_stage"):is(0)
  end)

  it("decides the phase when the buyer states it", function()
    expect(with({ answers = { buying_phase = "awareness" } }).phase):is "discovery"
    expect(with({ answers = { buying_phase = "evaluation" } }).phase):is "consideration"
    expect(with({ answers = { buying_phase = "purchase" } }).phase):is "decision"
  end)
end)

describe("interest", function()
  each { article_view = 2, webinar = 10, case_study = 10, reference = 20, team_view = 15 }
  ("an event today", function(points, kind)
    expect(with({ events = { { kind, "0d ago" } } }):points "reading"):is(points)
    expect(with({ events = { { kind, "30d ago" } } }):points "reading"):is(points / 2)
  end)

  it("three articles a day count, and all of it no more than 60", function()
    expect(with({ events = test.events({ article_view = 4 }, "0d ago") }):points "reading"):is(6)
    expect(with({ events = test.events({ reference = 4 }, "0d ago") }):points "reading"):is(60)
  end)

  it("two different proof points are more than the same one twice [A7.5]", function()
    local d = with { events = { { "case_study", "9d ago", title = "Steel" }, { "case_study", "8d ago", title = "Steel" } } }
    expect(d:score "proof_points"):is(1)
    expect(d:points "took two proof points"):is(0)
    d = with { events = { { "case_study", "9d ago", title = "Steel" }, { "reference", "8d ago", customer = "Port" } } }
    expect(d:score "proof_points"):is(2)
    expect(d:points "took two proof points"):is(10)
  end)

  it("an insight counts while it is new, and known ones earn nothing [A7.19]", function()
    local known = { { "insight", "9d ago", novelty = "known" }, { "insight", "8d ago", novelty = "known" } }
    expect(with({ events = known }):score "insights"):is(0)
    expect(with({ events = known }):points "new insight"):is(0)
    local d = with { events = { known[1], { "insight", "7d ago", novelty = "new" } } }
    expect(d:score "insights"):is(10)
    expect(d:points "new insight"):is(10)
    local new = { "insight", "7d ago", novelty = "new" }
    expect(with({ events = { new, new } }):score "insights"):is(20)
    expect(with({ events = { new, new, new } }):score "insights"):is(20)
    expect(with({ events = { { "insight", "364d ago", novelty = "new" } } }):score "insights"):is(10)
    expect(with({ events = { { "insight", "365d ago", novelty = "new" } } }):score "insights"):is(0)
  end)
end)

describe("worth a call", function()
  it("takes interest and consideration, or a raised hand", function()
    local articles = {}
    for day = 0, 9 do
      for _ = 1, 3 do articles[#articles + 1] = { "article_view", ("%dd ago"):format(day) } end
    end
    expect(with({ events = articles }):score "interest"):at_least(30)
    expect(with({ events = articles }):verdict "worth_a_call"):is "fail"
    articles[#articles + 1] = { "webinar", "2d ago" }
    expect(with({ events = articles }):verdict "worth_a_call"):is "pass"
    expect(with({ events = { { "webinar", "2d ago" } } }):verdict "worth_a_call"):is "fail"
    expect(with({ events = { { "contact_request", "59d ago" } } }):verdict "worth_a_call"):is "pass"
    expect(with({ events = { { "contact_request", "60d ago" } } }):verdict "worth_a_call"):is "fail"
  end)

  it("at 30 points exactly", function()
    local at = { { "reference", "0d ago" }, { "webinar", "0d ago" } }
    expect(with({ events = at }):score "interest"):is(30)
    expect(with({ events = at }):verdict "worth_a_call"):is "pass"
    local below = test.events({ team_view = 1, webinar = 1, article_view = 2 }, "0d ago")
    expect(with({ events = below }):score "interest"):is(29)
    expect(with({ events = below }):verdict "worth_a_call"):is "fail"
  end)
end)

describe("the opportunity is the account's", function()
  local boss = { lead = { email = "tom@plant.example", title = "CFO" }, answers = { buying_role = "decides" } }
  local all = { process = "the board in May", decision_by = "2026-06-01", funds_access = true, buying_role = "influences" }

  local function verdict(changes, group)
    return with({ answers = test.with(all, changes), group = group or { boss } }):verdict "opportunity"
  end

  it("with a group that decides, a process, a day and money", function()
    expect(verdict {}):is "pass"
    expect(verdict { funds_access = false }):is "fail"
    expect(verdict { process = test.unknown }):is "fail"
    expect(verdict { decision_by = "2027-03-01" }):is "fail"
    expect(verdict { decision_by = "2027-02-28" }):is "pass"
    expect(verdict({ buying_role = "decides" }, {})):is "fail"
    expect(verdict({}, { { lead = { email = "ed@plant.example" }, answers = { buying_role = "uses" } } })):is "fail"
  end)
end)

describe("the way back", function()
  it("forgets neither what was told nor what was read", function()
    local d = with { prior = { stage = "nurture", recycled = "5d ago" }, events = {
      { "challenge", "9d ago", area = "data", outcome = "one figure for stock" }, { "insight", "9d ago", novelty = "new" },
      { "reference", "30d ago", customer = "Port" },
    } }
    expect(d:score "challenges"):is(1)
    expect(d:score "challenges_elsewhere"):is(1)
    expect(d:score "insights"):is(10)
    expect(d:score "proof_points"):is(1)
    expect(d:score "buying_stage"):is(3)
    expect(d:points "reading"):is(10)
  end)

  it("a rejected hand-off is nurtured and cools off for a month", function()
    local d = with { prior = { services = { stage = "sales_ready", entered = "10d ago" } },
                     events = { { "handoff_rejected", "1d ago", reason = "no time" } } }
    expect(d.stage):is "nurture"
    expect(d.cause):is "recycle"
    expect(d.cool_off):is "2026-03-31T23:59:59Z"
  end)
end)

describe("in any lead", function()
  properties.unknown_never_scores()
  properties.order_never_matters()
  properties.sellers_never_count()
  properties.points_add_up()
end)
describe("modified BANT", function() properties.bant_never_moves_the_first_gate() end)
