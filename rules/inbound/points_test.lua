-- Every number of the rules, from both sides: points, limits, caps, bands, windows.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with, unknown = test.with, test.unknown

local company = { domain = "acme.example", industry = "Logistics", employees = 900, revenue = "40000000 EUR" }
local person  = { email = "ada@acme.example", title = "Head of Operations", job_level = "director" }

-- What the lead did: { kind = how many }, all of today or of the day named.
local function did(counts, when)
  return decide { lead = person, account = company, events = test.events(counts, when) }
end

describe("what an event is worth", function()
  each { page_view = 1, whitepaper = 5, ebook = 5, webinar = 8, case_study = 8, reference = 12, pricing_view = 0 }
  ("as a topic", function(points, kind)
    expect(did({ [kind] = 1 }):points "content"):is(points)
  end)

  each { "page_view", "whitepaper", "ebook", "webinar", "case_study" }
  ("nothing convinces like a customer who can be asked [A7.26]", function(kind)
    expect(did({ reference = 1 }):points "content"):more_than(did({ [kind] = 1 }):points "content")
  end)

  each { community_join = 1, community_view = 1, community_post = 2, community_reply = 2, community_vote = 2,
         social_engagement = 1 }
  ("a conversation is worth less than a look at the product [A7.21] [A7.23]", function(points, kind)
    local d = did { [kind] = 1 }
    expect(d:points "community"):is(points)
    expect(d:score "interest"):is(0)
    for _, product in ipairs { "pricing_view", "trial_start" } do
      expect(did({ [product] = 1 }):score "interest"):more_than(points)
    end
  end)

  it("whoever talks all day gets six points for it [A7.24]", function()
    expect(did({ community_post = 3 }):points "community"):is(6)
    expect(did({ community_post = 3, community_vote = 3, social_engagement = 20 }):points "community"):is(6)
  end)

  it("a conversation fades in a fortnight", function()
    expect(did({ community_post = 2 }, "14d ago"):points "community"):is(2)
  end)

  each { page_view = 1, whitepaper = 3, ebook = 3, webinar = 6, case_study = 6, pricing_view = 10, trial_start = 20,
         demo_request = 30, contact_request = 30 }
  ("as interest", function(points, kind)
    expect(did({ [kind] = 1 }):points "engagement"):is(points)
  end)

  it("a day counts five pages and two looks at the price", function()
    expect(did({ page_view = 6 }):points "content"):is(5)
    expect(did({ pricing_view = 3 }):points "engagement"):is(20)
  end)

  it("the next day counts them again", function()
    local events = test.events({ page_view = 5, pricing_view = 2 }, "0d ago")
    for _, event in ipairs(test.events({ page_view = 5, pricing_view = 2 }, "1d ago")) do events[#events + 1] = event end
    local d = decide { lead = person, account = company, events = events }
    expect(d:points "content"):more_than(9)
    expect(d:points "engagement"):more_than(48)
  end)

  it("what was done before a recycle no longer counts", function()
    local d = decide { lead = person, account = company, events = test.events({ webinar = 1 }, "10d ago"),
                       prior = { stage = "nurture", recycled = "5d ago" } }
    expect(d:score "topic"):is(0)
    expect(d:score "interest"):is(0)
  end)

  it("a topic fades in a fortnight", function()
    expect(did({ webinar = 1 }, "14d ago"):points "content"):is(4)
  end)

  it("caps hold, of rules and of scores", function()
    expect(did({ webinar = 7 }):points "content"):is(50)
    expect(did({ demo_request = 3 }):points "engagement"):is(80)
    local events = {}
    for day = 0, 3 do
      events[#events + 1] = { "page_view", day .. "d ago" }
      for _ = 1, 4 do events[#events + 1] = { "webinar", day .. "d ago" } end
    end
    for _ = 1, 3 do events[#events + 1] = { "community_post", "0d ago" } end
    expect(decide({ lead = person, account = company, events = events }):score "topic"):is(60)
    for _ = 1, 3 do events[#events + 1] = { "demo_request", "0d ago" } end
    for _ = 1, 2 do events[#events + 1] = { "pricing_view", "0d ago" } end
    expect(decide({ lead = person, account = company, events = events }):score "interest"):is(100)
  end)

  it("nobody falls below nothing", function()
    expect(decide({ lead = { email = "ada@gmail.com" } }):score "fit"):is(0)
    expect(did({ webinar = 1 }, "91d ago"):score "interest"):is(0)
  end)
end)

describe("fit", function()
  each { "Software", "Manufacturing", "Logistics", "Financial services" }
  ("every industry of the target market counts", function(industry)
    expect(decide({ lead = person, account = with(company, { industry = industry }) }):points "target industry"):is(20)
  end)

  each { ["Head of Operations"] = 20, ["Supply Planner"] = 20, ["Procurement Manager"] = 20, ["Logistics Lead"] = 20, COO = 20,
         ["Chief Operating Officer"] = 20, ["Marketing Coordinator"] = 0, ["Scoop Designer"] = 0 }
  ("titles that are connected with the need", function(points, title)
    expect(decide({ lead = with(person, { title = title }), account = company }):points "connected title"):is(points)
  end)

  each { ["10000000 EUR"] = 10, ["9999999.99 EUR"] = 0 }
  ("means begin at ten million", function(points, revenue)
    expect(decide({ lead = person, account = with(company, { revenue = revenue }) }):points "able to pay"):is(points)
  end)

  it("a company's mailbox costs nothing, even where the company is unknown", function()
    expect(decide({ lead = person }):points "free mailbox"):is(0)
  end)
end)

describe("grades", function()
  local painter, school = with(person, { title = "Painter" }), with(company, { industry = "Education", revenue = "1 EUR" })
  each {
    ["75"] = { person, with(company, { employees = 1 }), "A4" },
    ["50"] = { painter, school, "B4" },
    ["25"] = { with(painter, { job_level = unknown }), school, "C4" },
    ["0"]  = { with(painter, { job_level = unknown }), with(school, { employees = 1 }), "D4" },
  } ("a letter begins where its points do", function(row, points)
    local d = decide { lead = row[1], account = row[2] }
    expect(d:score "fit"):is(tonumber(points))
    expect(d.grade):is(row[3])
  end)

  each {
    ["60"] = { { demo_request = 2 }, "A1" },
    ["59"] = { { demo_request = 1, trial_start = 1, webinar = 1, whitepaper = 1 }, "A2" },
    ["40"] = { { demo_request = 1, pricing_view = 1 }, "A2" },
    ["39"] = { { demo_request = 1, whitepaper = 3 }, "A3" },
    ["15"] = { { webinar = 2, ebook = 1 }, "A3" },
    ["14"] = { { webinar = 2, page_view = 2 }, "A4" },
  } ("a number begins where its points do", function(row, points)
    local d = did(row[1])
    expect(d:score "interest"):is(tonumber(points))
    expect(d.grade):is(row[2])
  end)
end)

describe("the edges of gates", function()
  each { ["40"] = { { trial_start = 2 }, "yes" }, ["39"] = { { trial_start = 1, webinar = 3, page_view = 1 }, "no" } }
  ("interest alone is worth a call from forty on", function(row, points)
    local d = did(row[1])
    expect(d:score "interest"):is(tonumber(points))
    expect(d:criterion("worth_a_call", "interest")):is(row[2])
  end)

  for _, kind in ipairs { "demo_request", "contact_request" } do
    each { ["29d ago"] = "yes", ["30d ago"] = "no" }
    ("a raised hand (" .. kind .. ") stays up for thirty days", function(state, when)
      local d = did({ [kind] = 1 }, when)
      expect(d:criterion("worth_a_call", "interest")):is(state)
      expect(d:criterion("sales_ready", "willing")):is(state)
    end)
  end

  each { ["29d ago"] = "yes", ["30d ago"] = "no" }
  ("a meeting is will enough, for thirty days", function(state, when)
    expect(did({ meeting_booked = 1 }, when):criterion("sales_ready", "willing")):is(state)
  end)

  it("who compares nothing is not in time", function()
    local d = decide { lead = person, account = company, answers = { evaluating = { value = false }, priority = true } }
    expect(d:criterion("sales_ready", "timeframe")):is "no"
  end)

  local function deal(roles, process)
    local group = {}
    for i, role in ipairs(roles) do group[i] = { email = role .. "@acme.example", group_role = role } end
    return decide { lead = person, account = company, group = group, answers = { process = process } }
      :criterion("opportunity", "authority")
  end

  it("the group needs all three roles and a way to decide", function()
    expect(deal({ "economic", "technical", "user" }, "a committee")):is "yes"
    expect(deal({ "technical", "user" }, "a committee")):is "unknown"
    expect(deal({ "economic", "user" }, "a committee")):is "unknown"
    expect(deal({ "economic", "technical" }, "a committee")):is "unknown"
    expect(deal { "economic", "technical", "user" }):is "no"
  end)
end)

describe("the way back", function()
  it("a rejected hand-off cools for thirty days", function()
    local d = decide { lead = person, account = company, prior = { inbound = { stage = "sales_ready", entered = "10d ago" } },
                       events = { { "handoff_rejected", "1d ago", reason = "no budget" } }, at = "2026-03-01T12:00:00Z" }
    expect(d.stage):is "nurture"
    expect(d.cool_off):is "2026-03-31T12:00:00Z"
  end)

  each { ["120d ago"] = "worth_a_call", ["121d ago"] = "nurture" }
  ("four months of silence end a call list", function(stage, when)
    local d = decide { lead = person, account = company, prior = { inbound = { stage = "worth_a_call", entered = "150d ago" } },
                       events = { { "webinar", when } }, at = "2026-03-01T12:00:00Z" }
    expect(d.stage):is(stage)
    if stage == "nurture" then expect(d.cool_off):is "2026-03-15T12:00:00Z" end
  end)
end)

describe("contact", function()
  local NOW <const> = "2026-03-02T10:00:00Z"
  local function asked(lead, account, touches)
    lead.email, lead.title, lead.country, lead.timezone = "jill@acme.example", "Head of Operations", "DE", "Europe/Berlin"
    return (decide {
      lead = lead, account = account or company, at = NOW, touches = touches, consents = { email = "double_opt_in" },
      events = { { "ebook", "2026-02-01T09:00:00Z" } },
    }:contact("email"))
  end

  it("one who refused calls still gets mail, at an address that works", function()
    expect(asked { unsubscribed = "call", bounced_hard = false }):is "allowed"
  end)

  it("an account that said it may be contacted is", function()
    expect(asked({}, { domain = "acme.example", do_not_contact = false })):is "allowed"
  end)

  it("a third touch in a week is still within the limit", function()
    expect(asked({}, nil, { { "call", "2026-02-25T11:00:00Z" }, { "letter", "2026-02-26T10:00:00Z" } })):is "allowed"
  end)
end)
