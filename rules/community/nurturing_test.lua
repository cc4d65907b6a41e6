-- What members hear from us: thanks and answers first, an offer to compare only to who compares.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with = test.with

local company = { name = "Plant AG", domain = "plant.example", employees = 20 }
local ada = { email = "ada@plant.example", title = "Planner", country = "DE", timezone = "Europe/Berlin" }
local wrote = { { "community_post", "2026-02-27T09:00:00Z" }, { "community_post", "2026-02-26T09:00:00Z" },
                { "community_post", "2026-02-25T09:00:00Z" } }

local NOW <const> = "2026-03-02T10:00:00Z" -- a Monday, eleven o'clock in Berlin

local function person(case)
  return decide { lead = with(ada, case.lead or {}), account = with(company, case.account or {}), answers = case.answers,
                  events = case.events or wrote, at = case.at or NOW, prior = case.prior, tracks = case.tracks, touches = case.touches,
                  consents = case.consents or { email = "double_opt_in", call = "double_opt_in" } }
end

local function helped(when)
  local events = {}
  for i = 1, 5 do events[i] = { "community_reply", when or ("2026-02-%02dT09:00:00Z"):format(20 + i) } end
  return events
end
local joined = { { "community_join", "2026-02-20T09:00:00Z" }, { "community_vote", "2026-02-20T09:00:00Z" },
                 { "community_vote", "2026-02-21T09:00:00Z" }, { "community_vote", "2026-02-22T09:00:00Z" } }

describe("personas", function()
  it("helpers help, askers ask, readers read", function()
    expect(person({ events = helped() }).persona):is "helper"
    expect(person({}).persona):is "asker"
    expect(person({ events = joined }).persona):is "reader"
    expect(person({ events = { { "community_view", "2026-03-01T09:00:00Z" } } }).persona):is "reader"
    expect(person({ events = { { "webinar", "2026-03-01T09:00:00Z" } } }).persona):is_nil()
  end)

  it("for ninety days", function()
    expect(person({ events = helped "2025-12-03T09:00:00Z" }).persona):is "helper"
    expect(person({ events = helped "2025-12-02T09:00:00Z" }).persona):is_nil()
    for kind, persona in pairs { community_post = "asker", community_view = "reader" } do
      expect(person({ events = { { kind, "2025-12-03T09:00:00Z" } } }).persona):is(persona)
      expect(person({ events = { { kind, "2025-12-02T09:00:00Z" } } }).persona):is_nil()
    end
  end)

  it("four answers make no helper yet", function()
    local events = helped()
    events[5] = nil
    expect(person({ events = events }).persona):is_nil()
  end)
end)

describe("the track", function()
  local comparing = { buying_role = "uses", evaluating = true, need = "confirmed" }

  it("is a welcome, a problem in common, or thanks", function()
    expect(person({ events = joined }).track):is "welcome"
    expect(person({}).track):is "a problem in common"
    expect(person({ events = helped() }).track):is "thank you"
  end)

  it("is what members found out, for who compares", function()
    for _, events in ipairs { joined, wrote, helped() } do
      expect(person({ events = events, answers = comparing }).track):is "what members found out"
    end
  end)

  it("does not come again too soon", function()
    local function again(track, days, case)
      case.tracks = { [track] = { step = 3, entered = ("%dd ago"):format(days), ended = true } }
      return person(case).track
    end
    expect(again("what members found out", 180, { answers = comparing })):is "what members found out"
    expect(again("what members found out", 179, { answers = comparing })):is_nil()
    expect(again("thank you", 365, { events = helped() })):is "thank you"
    expect(again("thank you", 364, { events = helped() })):is_nil()
  end)

  local function at(track, step, answers, event)
    local events = { table.unpack(wrote) }
    events[#events + 1] = event
    return person { answers = answers, events = events, prior = { stage = "nurture", entered = "2026-02-01" },
                    tracks = { [track] = { step = step, entered = "2026-02-01", due = "2026-03-01T00:00:00Z" } } }
  end

  it("passes over what is known already", function()
    local story, trial = { "case_study", "2026-02-20T09:00:00Z" }, { "trial_start", "2026-02-20T09:00:00Z" }
    expect(at("a problem in common", 2).step):is "offer empathy"
    expect(at("a problem in common", 2, {}, story).step):is "provide help"
    expect(at("a problem in common", 4).step):is "give confidence"
    expect(at("a problem in common", 4, { need = "none" }).step):is_nil()
    expect(at("what members found out", 1, comparing).step):is "who did it"
    expect(at("what members found out", 1, comparing, story).step):is "try it"
    expect(at("what members found out", 2, comparing, trial).step):is "give confidence"
  end)
end)

describe("the pace of a track", function()
  -- Waits in days, by step. A lead that enters waits for the first; a touch ends a step and begins the wait for the next.
  each {
    ["welcome"] = { { "where to begin", "best of" }, { 1, 30 }, joined },
    ["a problem in common"] = { { "frame the challenge", "offer empathy", "provide help", "give confidence" }, { 3, 14, 14, 14 }, wrote },
    ["thank you"] = { { "say thanks", "ask for advice" }, { 1, 30 }, helped() },
    ["what members found out"] = { { "who did it", "try it", "give confidence" }, { 3, 7, 7 }, wrote },
  } ("is its own", function(row, track)
    local steps, waits, events, answers = row[1], row[2], row[3], row[4]
    if track == "what members found out" then answers = { evaluating = true, need = "confirmed" } end
    local d = person { events = events, answers = answers, at = "2026-03-01T00:00:00Z" }
    expect(d.track):is(track)
    expect(d.step):is(steps[1])
    expect(d.due):is(("2026-03-%02dT00:00:00Z"):format(1 + waits[1]))
    for i = 2, #steps do
      d = person { events = events, answers = answers, at = "2026-03-01T12:00:00Z", prior = { stage = "nurture", entered = "2026-02-20" },
                   tracks = { [track] = { step = i - 1, entered = "2026-02-20", due = "2026-03-01T00:00:00Z" } },
                   touches = { { "email", "2026-03-01T00:00:00Z" }, { "call", "2026-03-01T00:00:00Z" } } }
      expect(d.step):is(steps[i])
      expect(d.due):is(("2026-03-%02dT00:00:00Z"):format(1 + waits[i]))
    end
  end)
end)

describe("contact", function()
  it("no mail to who does not want it or does not get it", function()
    expect((person({ lead = { unsubscribed = "email" } }):contact "email")):is "never"
    expect((person({ lead = { bounced_hard = true } }):contact "email")):is "never"
    expect((person({ lead = { unsubscribed = "call", bounced_hard = false } }):contact "email")):is "allowed"
  end)

  it("nobody where the company wants to be left alone", function()
    expect((person({ account = { do_not_contact = true } }):contact "call")):is "never"
    expect((person({ account = { do_not_contact = false } }):contact "call")):is "allowed"
  end)

  it("one mail and one call in two weeks, two touches of any kind, two days between", function()
    local function answer(channel, ...) return (person({ touches = { ... } }):contact(channel)) end
    expect(answer("email", { "email", "2026-02-17T10:00:00Z" })):is "cap"
    expect(answer("email", { "email", "2026-02-16T09:59:00Z" })):is "allowed"
    expect(answer("call", { "call", "2026-02-17T10:00:00Z" })):is "cap"
    expect(answer("call", { "call", "2026-02-16T09:59:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-02-17T10:00:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-02-17T10:00:00Z" }, { "letter", "2026-02-20T11:00:00Z" })):is "cap"
    expect(answer("email", { "letter", "2026-02-16T09:00:00Z" }, { "letter", "2026-02-20T11:00:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-02-28T10:30:00Z" })):is "gap"
    expect(answer("email", { "call", "2026-02-28T10:00:00Z" })):is "allowed"
  end)

  each {
    ["before eight in Berlin"] = { "2026-03-02T06:59:00Z", "quiet" }, ["eight in Berlin"] = { "2026-03-02T07:00:00Z", "allowed" },
    ["before six"] = { "2026-03-02T16:59:00Z", "allowed" }, ["six in the evening"] = { "2026-03-02T17:00:00Z", "quiet" },
  } ("quiet hours are the reader's", function(row)
    expect((person({ at = row[1] }):contact "email")):is(row[2])
  end)

  each {
    Austria = { "AT", { email = "granted" }, "consent" }, Germany = { "DE", { email = "granted" }, "consent" },
    Britain = { "GB", {}, "consent" }, ["Britain, asked"] = { "GB", { email = "granted" }, "allowed" },
    ["the United States"] = { "US", {}, "allowed" },
    elsewhere = { "BR", { email = "granted" }, "allowed" }, ["elsewhere, unasked"] = { "BR", {}, "consent" },
  } ("what a country asks for", function(row)
    expect((person({ consents = row[2], lead = { country = row[1] } }):contact "email")):is(row[3])
  end)

  -- What each may be asked for: nothing known, a problem, a trial, a request.
  each {
    ["nothing known"] = { {}, {}, "allowed", "ladder", "ladder", "ladder" },
    ["a problem"]     = { { need = "acknowledged" }, {}, "allowed", "allowed", "ladder", "ladder" },
    ["a trial"]       = { {}, { { "trial_start", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "allowed", "ladder" },
    ["a request"]     = { {}, { { "contact_request", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "allowed", "allowed" },
  } ("what may be asked for", function(row)
    local d = person { answers = row[1], events = row[2] }
    expect((d:contact("email", "educate"))):is(row[3])
    expect((d:contact("email", "answer"))):is(row[3])
    expect((d:contact("email", "listen"))):is(row[4])
    expect((d:contact("email", "demo"))):is(row[5])
    expect((d:contact("email", "proposal"))):is(row[6])
  end)
end)
