-- What people hear from a services team, and in which order: the problem, how others did it, who would come.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with = test.with

local company = { name = "Plant AG", domain = "plant.example", industry = "Manufacturing", employees = 800 }
local eva = { email = "eva@plant.example", title = "Head of Production", country = "DE", timezone = "Europe/Berlin", campaign_area = "cloud" }

local NOW <const> = "2026-03-02T10:00:00Z" -- a Monday, eleven o'clock in Berlin

local function person(case)
  return decide { lead = with(eva, case.lead or {}), account = with(company, case.account or {}), answers = case.answers,
                  events = case.events, at = case.at or NOW, prior = case.prior, tracks = case.tracks, touches = case.touches,
                  consents = case.consents or { email = "double_opt_in", call = "double_opt_in" } }
end

describe("personas", function()
  each {
    ["Head of IT"] = "systems owner", ["CIO"] = "systems owner", ["Infrastructure Lead"] = "systems owner",
    ["CFO"] = "money owner", ["Director Finance"] = "money owner", ["Procurement Manager"] = "money owner",
    ["Head of Production"] = "problem owner", ["Head of Audit"] = "problem owner",
  } ("are told by title", function(persona, title)
    expect(person({ lead = { title = title } }).persona):is(persona)
  end)

  it("and by the part they play", function()
    expect(person({ lead = { group_role = "technical" } }).persona):is "systems owner"
    expect(person({ lead = { group_role = "economic" } }).persona):is "money owner"
    expect(person({ lead = { group_role = "user" } }).persona):is "problem owner"
    expect(person({ lead = { title = test.unknown, group_role = "user" } }).persona):is_nil()
  end)
end)

describe("the track", function()
  it("begins with the problem, the systems or the money", function()
    expect(person({}).track):is "what it is about"
    expect(person({ lead = { title = "CIO" } }).track):is "what must not break"
    expect(person({ lead = { title = "CFO" } }).track):is "what it costs if it takes longer"
    expect(person({ lead = { title = test.unknown } }).track):is_nil()
  end)

  it("shows who would come once the buyer compares", function()
    for _, title in ipairs { "CIO", "CFO", "Head of Production" } do
      expect(person({ lead = { title = title }, answers = { buying_phase = "evaluation" } }).track):is "who would come"
    end
    expect(person({ answers = { buying_phase = "purchase" } }).track):is "staying in touch"
  end)

  it("does not show it again within half a year", function()
    local function again(days)
      return person({ answers = { buying_phase = "evaluation" },
                      tracks = { ["who would come"] = { step = 3, entered = ("%dd ago"):format(days), ended = true } } }).track
    end
    expect(again(180)):is "who would come"
    expect(again(179)):is "staying in touch"
  end)

  local function at(track, step, case)
    case.prior = { stage = "nurture", entered = "2026-02-01" }
    case.tracks = { [track] = { step = step, entered = "2026-02-01", due = "2026-03-01T00:00:00Z" } }
    return person(case)
  end

  it("passes over what is known already", function()
    local story = { { "case_study", "2026-02-20T09:00:00Z" } }
    local told = { { "challenge", "2026-02-20T09:00:00Z", area = "cloud", outcome = "a data centre less by June" } }
    for track, lead in pairs { ["what it is about"] = {}, ["what must not break"] = { title = "CIO" } } do
      expect(at(track, 2, { lead = lead }).step):is "offer empathy"
      expect(at(track, 2, { lead = lead, answers = { buying_phase = "awareness" }, events = story }).step):is "provide help"
      expect(at(track, 4, { lead = lead, answers = { need = "none" } }).step):is "give confidence"
      expect(at(track, 4, { lead = lead, events = told }).step):is_nil()
    end
    local choosing = { buying_phase = "evaluation" }
    expect(at("who would come", 1, { answers = choosing }).step):is "how others did it"
    expect(at("who would come", 1, { answers = choosing, events = { { "reference", "2026-02-20T09:00:00Z", customer = "Port" } } }).step)
      :is "the people"
    expect(at("who would come", 2, { answers = choosing, events = { { "team_view", "2026-02-20T09:00:00Z" } } }).step)
      :is "a small beginning"
  end)
end)

describe("the pace of a track", function()
  -- Waits in days, by step. A lead that enters waits for the first; a touch ends a step and begins the wait for the next.
  each {
    ["what it is about"] = { { "frame the challenge", "offer empathy", "provide help", "give confidence" }, { 3, 7, 7, 7 }, {} },
    ["what must not break"] = { { "frame the challenge", "offer empathy", "provide help", "give confidence" }, { 3, 7, 7, 7 },
                                { title = "CIO" } },
    ["who would come"] = { { "how others did it", "the people", "a small beginning" }, { 2, 5, 5 }, {}, { buying_phase = "evaluation" } },
    ["what it costs if it takes longer"] = { { "how it is paid", "what went wrong" }, { 5, 14 }, { title = "CFO" } },
    ["staying in touch"] = { { "a useful letter" }, { 30 }, {}, { buying_phase = "purchase" } },
  } ("is its own", function(row, track)
    local steps, waits, lead, answers = row[1], row[2], row[3], row[4]
    local d = person { lead = lead, answers = answers, at = "2026-03-01T00:00:00Z" }
    expect(d.track):is(track)
    expect(d.step):is(steps[1])
    expect(d.due):is(("2026-03-%02dT00:00:00Z"):format(1 + waits[1]))
    for i = 2, #steps do
      d = person { lead = lead, answers = answers, at = "2026-03-01T12:00:00Z", prior = { stage = "nurture", entered = "2026-02-20" },
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

  it("one mail and one call a week, two touches of any kind, a day between", function()
    local function answer(channel, ...) return (person({ touches = { ... } }):contact(channel)) end
    expect(answer("email", { "email", "2026-02-24T10:00:00Z" })):is "cap"
    expect(answer("email", { "email", "2026-02-23T09:59:00Z" })):is "allowed"
    expect(answer("call", { "call", "2026-02-24T10:00:00Z" })):is "cap"
    expect(answer("call", { "call", "2026-02-23T09:59:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-02-24T10:00:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-02-24T10:00:00Z" }, { "letter", "2026-02-25T11:00:00Z" })):is "cap"
    expect(answer("email", { "letter", "2026-02-23T09:00:00Z" }, { "letter", "2026-02-25T11:00:00Z" })):is "allowed"
    expect(answer("email", { "call", "2026-03-01T10:30:00Z" })):is "gap"
    expect(answer("email", { "call", "2026-03-01T10:00:00Z" })):is "allowed"
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

  -- A first download is no request to be called: the reader is left alone for a week.
  it("a week of peace after a first download", function()
    local function call(when) return (person({ events = { { "case_study", when } } }):contact("call", "educate")) end
    expect(call "2026-02-23T10:00:01Z"):is "first_download"
    expect(call "2026-02-23T10:00:00Z"):is "allowed"
  end)

  -- What each may be asked for: nothing known, a problem, a look at the team, a request.
  each {
    ["nothing known"]        = { {}, {}, "allowed", "ladder", "ladder", "ladder" },
    ["a problem"]            = { { need = "acknowledged" }, {}, "allowed", "allowed", "ladder", "ladder" },
    ["a look at the team"]   = { {}, { { "team_view", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "allowed", "ladder" },
    ["a request"]            = { {}, { { "contact_request", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "allowed", "allowed" },
  } ("what may be asked for", function(row)
    local d = person { answers = row[1], events = row[2] }
    for i, ask in ipairs { "educate", "listen", "first_work", "proposal" } do
      expect((d:contact("email", ask))):is(row[2 + i])
    end
  end)
end)
