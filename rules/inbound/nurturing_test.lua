-- Lead generation, never lead genocide: whom we may contact, when, with what.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Logistics", employees = 900,
                  revenue = "40000000 EUR", country = "DE", type = "prospect" }

-- A Monday, eleven o'clock in Berlin; she has opted in twice.
local NOW <const> = "2026-03-02T10:00:00Z"

local function jill(case)
  local lead = { email = "jill@acme.example", title = "Head of Operations", country = "DE", timezone = "Europe/Berlin" }
  lead = test.with(lead, case.lead)
  case.lead, case.account, case.at = lead, case.account or company, case.at or NOW
  case.consents = case.consents or { email = "double_opt_in", call = "double_opt_in" }
  return decide(case)
end

describe("the Jill timeline: one e-book, three mails in forty minutes", function()
  local ebook = { { "ebook", "2026-03-02T09:00:00Z" } }

  it("the call asked for a few minutes later is denied [A3.1]", function()
    local d = jill { events = ebook, at = "2026-03-02T09:05:00Z" }
    expect((d:contact("email", "demo"))):is_not "allowed"
    expect((d:contact("call", "educate"))):is "first_download"
  end)

  it("the second mail 34 minutes after it is denied [A3.2]", function()
    local d = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } }, at = "2026-03-02T09:39:00Z",
                     touches = { { "email", "2026-03-02T09:05:00Z" } } }
    expect((d:contact("email", "educate"))):is "gap"
  end)

  it("the third, with nine questions, is denied by the cap and by what it asks [A3.3]", function()
    local d = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } }, at = "2026-03-02T09:41:00Z",
                     touches = { { "email", "2026-03-02T09:05:00Z" }, { "email", "2026-03-02T09:39:00Z" } } }
    expect((d:contact("email", "educate"))):one_of { "cap", "gap" }
    local later = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } } }
    expect((later:contact("email", "proposal"))):is "ladder"
    local denial, reason, ends = later:contact("email", "educate", { questions = 9 })
    expect(denial):is "questions"
    expect(reason):is "it asks 9 questions; permission for the topic allows 2 in one touch"
    expect(ends):is_nil()
  end)
end)

describe("caps and gaps", function()
  local old = { { "ebook", "2026-02-01T09:00:00Z" } }

  it("two mails a week are the limit, the third waits", function()
    local two = { { "email", "2026-02-24T10:00:00Z" }, { "email", "2026-02-26T10:00:00Z" } }
    expect((jill({ events = old, touches = two }):contact("email"))):is "cap"
    expect((jill({ events = old, touches = { two[1] } }):contact("email"))):is "allowed"
  end)

  it("a mail leaves the window after seven days", function()
    local two = { { "email", "2026-02-23T09:59:00Z" }, { "email", "2026-02-26T10:00:00Z" } }
    expect((jill({ events = old, touches = two }):contact("email"))):is "allowed"
  end)

  it("one call in three days", function()
    expect((jill({ events = old, touches = { { "call", "2026-02-28T10:00:00Z" } } }):contact("call"))):is "cap"
    expect((jill({ events = old, touches = { { "call", "2026-02-27T09:00:00Z" } } }):contact("call"))):is "allowed"
  end)

  it("a touch of seven days and an hour ago is none of this week's", function()
    local three = { { "letter", "2026-02-23T09:00:00Z" }, { "call", "2026-02-25T11:00:00Z" }, { "letter", "2026-02-26T10:00:00Z" } }
    expect((jill({ events = old, touches = three }):contact("email"))):is "allowed"
  end)

  it("three of any kind in a week", function()
    local three = { { "email", "2026-02-24T10:00:00Z" }, { "call", "2026-02-25T11:00:00Z" }, { "letter", "2026-02-26T10:00:00Z" } }
    expect((jill({ events = old, touches = three }):contact("email"))):is "cap"
  end)

  it("a day lies between two touches", function()
    expect((jill({ events = old, touches = { { "email", "2026-03-01T10:30:00Z" } } }):contact("email"))):is "gap"
    expect((jill({ events = old, touches = { { "email", "2026-03-01T10:00:00Z" } } }):contact("email"))):is "allowed"
  end)

  it("a denial names its reason and when it ends", function()
    local denial, reason, ends = jill({ events = old, touches = { { "email", "2026-03-01T10:30:00Z" } } }):contact("email")
    expect(denial):is "gap"
    expect(reason):contains "24"
    expect(ends):is "2026-03-02T10:30:00Z"
  end)

  it("an answer to a raised hand is not delayed by them", function()
    local d = jill { events = { { "demo_request", "2026-03-02T09:30:00Z" } }, touches = { { "email", "2026-03-02T09:00:00Z" } } }
    expect((d:contact("email", "demo", { answers_hand_raise = true }))):is "allowed"
  end)
end)

describe("the first download", function()
  each { ["2026-02-23T10:00:01Z"] = "first_download", ["2026-02-23T10:00:00Z"] = "allowed" }
  ("is followed by a week without a call", function(answer, when)
    expect((jill({ events = { { "ebook", when } } }):contact("call", "educate"))):is(answer)
  end)
end)

describe("permission", function()
  each { demo = "allowed", proposal = "ladder" }
  ("who compares solutions may be shown one, not sold one", function(answer, ask)
    local d = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } }, answers = { need = "acknowledged", evaluating = true } }
    expect((d:contact("email", ask))):is(answer)
  end)

  each { educate = "allowed", diagnose = "ladder", demo = "ladder", proposal = "ladder" }
  ("after one download only the topic may be asked for [A3.6] [A7.2]", function(answer, ask)
    expect((jill({ events = { { "ebook", "2026-02-16T09:00:00Z" } } }):contact("email", ask))):is(answer)
  end)

  each { educate = "allowed", diagnose = "allowed", demo = "ladder" }
  ("who acknowledged a problem may be asked about it", function(answer, ask)
    local d = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } }, answers = { need = "acknowledged" } }
    expect((d:contact("email", ask))):is(answer)
  end)

  local acknowledged, comparing = { need = "acknowledged" }, { need = "acknowledged", evaluating = true }
  each {
    ["two for a topic"] = { nil, 2, "allowed" }, ["three for a topic"] = { nil, 3, "questions" },
    ["four for a problem"] = { acknowledged, 4, "allowed" }, ["five for a problem"] = { acknowledged, 5, "questions" },
    ["nine for a solution"] = { comparing, 9, "allowed" }, ["ten for a solution"] = { comparing, 10, "questions" },
  } ("who permits more may be asked more questions [A3.3]", function(row)
    local d = jill { events = { { "ebook", "2026-02-16T09:00:00Z" } }, answers = row[1] }
    expect((d:contact("email", "educate", { questions = row[2] }))):is(row[3])
  end)

  it("a date is not a proposal of marriage [A3.9]", function()
    expect((jill({ events = { { "whitepaper", "2026-02-16T09:00:00Z" } } }):contact("email", "proposal"))):is "ladder"
    expect((jill({ events = { { "demo_request", "2026-02-16T09:00:00Z" } } }):contact("email", "proposal"))):is "allowed"
  end)
end)

describe("never", function()
  local old = { { "ebook", "2026-02-01T09:00:00Z" } }

  it("an unsubscribed address gets no mail", function()
    expect((jill({ events = old, lead = { unsubscribed = "email" } }):contact("email"))):is "never"
  end)

  it("a dead address gets no mail", function()
    expect((jill({ events = old, lead = { bounced_hard = true } }):contact("email"))):is "never"
  end)

  it("an account that wants to be left alone is, on every channel", function()
    local quiet = { domain = "acme.example", industry = "Logistics", country = "DE", do_not_contact = true }
    for _, channel in ipairs { "email", "call" } do
      expect((jill({ events = old, account = quiet }):contact(channel))):is "never"
    end
  end)

  it("an objection is absolute", function()
    local d = jill { events = { { "demo_request", "2026-03-02T09:30:00Z" } }, consents = { email = "objected" } }
    expect((d:contact("email", "educate", { answers_hand_raise = true }))):is "consent"
  end)

  each {
    Austria   = { "AT", { email = "granted" }, "consent" },
    Britain   = { "GB", { email = "granted" }, "allowed" },
    ["Britain, unasked"] = { "GB", {}, "consent" },
    elsewhere = { "BR", { email = "granted" }, "allowed" },
    ["elsewhere, unasked"] = { "BR", {}, "consent" },
  } ("what a country asks for", function(row)
    local d = jill { events = old, consents = row[2], lead = { country = row[1], timezone = "Europe/Berlin" },
                     account = { domain = "acme.example", industry = "Logistics", employees = 900 } }
    expect((d:contact("email"))):is(row[3])
  end)

  it("Germany needs a double opt-in, the United States only no opt-out", function()
    expect((jill({ events = old, consents = { email = "granted" } }):contact("email"))):is "consent"
    local d = jill { events = old, consents = {}, lead = { country = "US", timezone = "America/New_York" }, at = "2026-03-02T15:00:00Z" }
    expect((d:contact("email"))):is "allowed"
  end)
end)

describe("quiet hours are the buyer's", function()
  local old = { { "ebook", "2026-02-01T09:00:00Z" } }

  each {
    ["before eight in Berlin"]    = { at = "2026-03-02T06:59:00Z", answer = "quiet" },
    ["eight in Berlin"]           = { at = "2026-03-02T07:00:00Z", answer = "allowed" },
    ["before six in the evening"] = { at = "2026-03-02T16:59:00Z", answer = "allowed" },
    ["six in the evening"]        = { at = "2026-03-02T17:00:00Z", answer = "quiet" },
    ["summer time came on Sunday"] = { at = "2026-03-30T06:00:00Z", answer = "allowed" },
    ["winter time came on Sunday"] = { at = "2026-10-26T06:59:00Z", answer = "quiet" },
  } ("the edge", function(row)
    expect((jill({ events = old, at = row.at }):contact("email"))):is(row.answer)
  end)
end)

describe("personas", function()
  each {
    ["Head of Operations"] = "operations leader", COO = "operations leader", ["Chief Operating Officer"] = "operations leader",
    ["Logistics Lead"] = "operations leader", ["Supply Planner"] = "operations leader", ["Scoop Designer"] = false,
    ["Procurement Manager"] = "procurement leader", ["Purchasing Agent"] = "procurement leader",
    ["Sourcing Specialist"] = "procurement leader",
  } ("are told by the title", function(persona, title)
    expect(jill({ lead = { title = title } }).persona):is(persona or nil)
  end)
end)

describe("the pace of a track", function()
  -- Waits in days, by step. A lead that enters waits for the first; a touch ends a step and begins the wait for the next.
  each {
    ["the cost of waiting"]    = { "Head of Operations", { "frame the challenge", "offer empathy", "provide help", "give confidence" },
                                   { 4, 5, 5, 5 }, "content" },
    ["choosing well"]          = { "Head of Operations", { "frame the choice", "show a peer", "offer a demo" }, { 2, 4, 3 }, "product" },
    ["buying with confidence"] = { "Procurement Manager", { "frame the challenge", "offer empathy", "provide help", "give confidence" },
                                   { 4, 5, 5, 5 }, "content" },
    ["staying in touch"]       = { "Head of Operations", { "a useful letter", "a second letter" }, { 14, 30 }, "decision" },
  } ("is its own", function(row, track)
    local title, steps, waits, intent = row[1], row[2], row[3], row[4]
    local events = { { intent == "product" and "pricing_view" or "whitepaper", "2026-03-01T10:00:00Z" } }
    local d = jill { lead = { title = title }, events = events, at = "2026-03-02T00:00:00Z",
                     answers = intent == "decision" and { funds_access = true } or nil }
    expect(d.phase):is(({ content = "discovery", product = "consideration", decision = "decision" })[intent])
    expect(d.track):is(track)
    expect(d.step):is(steps[1])
    expect(d.due):is(("2026-03-%02dT00:00:00Z"):format(2 + waits[1]))
    for i = 2, #steps do
      d = jill { lead = { title = title }, events = events, at = "2026-03-01T12:00:00Z",
                 prior = { stage = "nurture", entered = "2026-02-20" },
                 tracks = { [track] = { step = i - 1, entered = "2026-02-20", due = "2026-03-01T00:00:00Z" } },
                 touches = { { "email", "2026-03-01T00:00:00Z" }, { "call", "2026-03-01T00:00:00Z" } } }
      expect(d.step):is(steps[i])
      expect(d.due):is(("2026-03-%02dT00:00:00Z"):format(1 + waits[i]))
    end
  end)

  it("procurement has one track, whatever the phase", function()
    local d = jill { lead = { title = "Procurement Manager" }, events = { { "pricing_view", "2026-03-01T10:00:00Z" } } }
    expect(d.phase):is "consideration"
    expect(d.track):is "buying with confidence"
  end)
end)

describe("tracks", function()
  it("an operations leader starts with the cost of waiting", function()
    local d = jill { events = { { "whitepaper", "2026-02-20T09:00:00Z" } } }
    expect(d.persona):is "operations leader"
    expect(d.phase):is "discovery"
    expect(d.track):is "the cost of waiting"
    expect(d.step):is "frame the challenge"
  end)

  it("a procurement leader has a track of her own", function()
    local d = jill { events = { { "whitepaper", "2026-02-20T09:00:00Z" } }, lead = { title = "Director of Procurement" } }
    expect(d.persona):is "procurement leader"
    expect(d.track):is "buying with confidence"
  end)

  it("nobody in the market is without a track [A1.26]", function()
    for _, title in ipairs { "Head of Operations", "Procurement Manager", "Supply Chain Analyst", "Logistics Coordinator" } do
      local d = jill { events = { { "page_view", "2026-02-20T09:00:00Z" } }, lead = { title = title } }
      expect(d.stage):is "nurture"
      expect(d.track):is_not(nil)
    end
  end)

  -- Whoever passes the first gate and is not with sales yet; what takes somebody out of it is a disqualifier, a person's word, or
  -- the end of the last step.
  test.for_all { always = { lead = { title = "Head of Supply" }, account = { industry = "Logistics" } }, without = { "prior" } }
  ("nobody in the market is without a track, however early [A1.26]", function(case)
    local d = decide(case)
    test.assume(d:verdict "nurture" == "pass" and d.disqualified == nil)
    test.assume(d.stage == "nurture" or d.stage == "worth_a_call")
    expect(d.track):is_not(nil)
    expect(d.due):is_not(nil)
  end)

  it("a sales-ready lead is not nurtured", function()
    local d = jill { events = { { "demo_request", "2026-03-01T09:00:00Z" } },
                     answers = { need = "acknowledged", buying_role = "decides", evaluating = true, priority = true } }
    expect(d.stage):is "sales_ready"
    expect(d.track):is_nil()
  end)

  it("the four steps come in their order [A7.8]", function()
    local steps = {}
    for step = 1, 4 do
      local d = jill { events = { { "whitepaper", "2026-02-20T09:00:00Z" } },
                       prior = { inbound = { stage = "nurture", entered = "2026-02-20" } },
                       tracks = { ["the cost of waiting"] = { step = step, entered = "2026-02-20", due = "2026-03-05" } } }
      steps[step] = d.step
    end
    expect(steps):is { "frame the challenge", "offer empathy", "provide help", "give confidence" }
  end)

  it("a peer's story that was read already is passed over", function()
    local d = jill { events = { { "whitepaper", "2026-02-20T09:00:00Z" }, { "case_study", "2026-02-27T09:00:00Z" } },
                     prior = { inbound = { stage = "nurture", entered = "2026-02-20" } },
                     tracks = { ["the cost of waiting"] = { step = 2, entered = "2026-02-20", due = "2026-02-27" } } }
    expect(d.step):is "provide help"
  end)

  it("a person's word goes before the rules, which stay visible beside it [A8.3]", function()
    local nurtured = { inbound = { stage = "nurture", entered = "2026-02-20" } }
    local read = { { "whitepaper", "2026-02-20T09:00:00Z" } }
    local d = jill { events = read, prior = nurtured, override = { track = "choosing well", at = "1d ago" } }
    expect(d.track):is "choosing well"
    expect(d.track_by_rules):is "the cost of waiting"
    expect(jill({ events = read, prior = nurtured, override = { track = false } }).track):is(nil)
  end)
end)
