-- What customers hear from us, and in which order of urgency.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide
local with = test.with

local plant = {
  name = "Plant AG", domain = "plant.example", type = "customer", customer_since = "2024-05-01", renewal = "2026-12-31",
  products = { "planning" }, open_tickets = 0, adoption = 0.5, satisfaction = 8, overdue = false,
}
local ada = { email = "ada@plant.example", title = "Head of Operations", country = "DE", timezone = "Europe/Berlin" }
local in_use = { "product_use", "2026-03-01T09:00:00Z" }

local NOW <const> = "2026-03-02T10:00:00Z" -- a Monday, eleven o'clock in Berlin

local function customer(case)
  local events = { in_use }
  for _, event in ipairs(case.events or {}) do events[#events + 1] = event end
  return decide { lead = with(ada, case.lead or {}), account = with(plant, case.account or {}), answers = case.answers, events = events,
                  at = case.at or NOW, prior = case.prior, tracks = case.tracks, touches = case.touches,
                  consents = case.consents or { email = "double_opt_in", call = "double_opt_in" } }
end

describe("personas", function()
  each { economic = "sponsor", user = "daily user" } ("are told by the part they play", function(persona, role)
    expect(decide({ lead = with(ada, { group_role = role }), account = plant, at = NOW }).persona):is(persona)
  end)

  it("whoever uses it is a user", function()
    expect(customer({}).persona):is "daily user"
    local d = decide { lead = ada, account = plant, at = NOW, events = { { "product_use", "2026-01-31T09:00:00Z" } } }
    expect(d.persona):is_nil()
    d = decide { lead = ada, account = plant, at = NOW, events = { { "product_use", "2026-02-01T09:00:00Z" } } }
    expect(d.persona):is "daily user"
  end)
end)

describe("the track", function()
  local sponsor = { group_role = "economic" }

  it("is help before everything", function()
    local d = customer { lead = sponsor, account = { customer_since = "2026-02-20", satisfaction = 6 } }
    expect(d.track):is "hold on"
    expect(d.step):is "a way to help"
    expect(customer({ lead = sponsor, account = { overdue = true } }).track):is_not "hold on"
  end)

  each { ["2025-12-03"] = "the first ninety days", ["2025-12-02"] = "getting more of it" }
  ("is a beginning for ninety days", function(track, since)
    expect(customer({ account = { customer_since = since } }).track):is(track)
  end)

  it("is an offer to whoever signs, where nothing waits and something is left to buy", function()
    expect(customer({ lead = sponsor }).track):is "cross-sell"
    expect(customer({ lead = sponsor, account = { open_tickets = 1 } }).track):is "staying in touch"
    expect(customer({ lead = sponsor, account = { products = { "planning", "analytics" } } }).track):is "staying in touch"
    expect(customer({}).track):is "getting more of it"
  end)

  it("is a story together with whoever recommends us", function()
    local d = customer { answers = { recommends = true } }
    expect(d.track):is "tell others"
    expect(customer({ answers = { recommends = false } }).track):is "getting more of it"
  end)

  it("is a good end for who leaves, and asks nothing of them", function()
    local d = customer { lead = sponsor, answers = { staying = "no" } }
    expect(d.track):is "a good end"
    expect(d.step):is "ask why"
    expect(customer({ lead = sponsor, answers = { staying = "yes" } }).track):is "cross-sell"
  end)

  it("does not come again too soon", function()
    local function again(track, days, case)
      case.tracks = { [track] = { step = 3, entered = ("%dd ago"):format(days), ended = true } }
      return customer(case).track
    end
    for _, row in ipairs {
      { "the first ninety days", 365, { account = { customer_since = "2026-02-20" } } },
      { "cross-sell", 180, { lead = sponsor } }, { "tell others", 365, { answers = { recommends = true } } },
    } do
      expect(again(row[1], row[2], row[3])):is(row[1])
      expect(again(row[1], row[2] - 1, row[3])):is_not(row[1])
    end
  end)

  it("passes over what is known already", function()
    local function at(track, step, account, answers, events)
      return customer({ lead = sponsor, account = account, answers = answers, events = events,
                        prior = { stage = "nurture", entered = "2026-02-01" },
                        tracks = { [track] = { step = step, entered = "2026-02-01", due = "2026-03-01T00:00:00Z" } } })
    end
    local worked = { outcome_reached = true }
    expect(at("hold on", 4, { satisfaction = 3 }).step):is "look again"
    expect(at("hold on", 4, { satisfaction = 3 }, worked).step):is_nil()
    expect(at("the first ninety days", 3, { customer_since = "2026-01-10" }).step):is "does it work"
    expect(at("the first ninety days", 3, { customer_since = "2026-01-10" }, worked).step):is_nil()
    expect(at("cross-sell", 1).step):is "what others add"
    expect(at("cross-sell", 1, {}, {}, { { "case_study", "2026-02-20T09:00:00Z" } }).step):is "what it would add"
  end)
end)

-- So many days after a day of March, at midnight.
local function after(day, days)
  for _, month in ipairs { { "03", 31 }, { "04", 30 } } do
    if day + days <= month[2] then return ("2026-%s-%02dT00:00:00Z"):format(month[1], day + days) end
    day = day - month[2]
  end
  return ("2026-05-%02dT00:00:00Z"):format(day + days)
end

describe("the pace of a track", function()
  -- Waits in days, by step. A lead that enters waits for the first; a touch ends a step and begins the wait for the next.
  each {
    ["hold on"] = { { "a way to help", "ask what is wrong", "mend it", "look again" }, { 0, 1, 7, 21 }, {}, { satisfaction = 3 } },
    ["the first ninety days"] = { { "begin", "the first result", "does it work" }, { 1, 13, 30 }, {}, { customer_since = "2026-02-20" } },
    ["a good end"] = { { "ask why", "leave a door" }, { 2, 30 }, {}, {}, { staying = "no" } },
    ["cross-sell"] = { { "what others add", "what it would add", "show it" }, { 14, 14, 7 }, { group_role = "economic" }, {} },
    ["tell others"] = { { "how others told it", "a story together" }, { 7, 14 }, {}, {}, { recommends = true } },
    ["getting more of it"] = { { "a trick", "a longer way" }, { 30, 30 }, {}, {} },
    ["staying in touch"] = { { "what is new" }, { 60 }, { group_role = "economic" }, { open_tickets = 1 } },
  } ("is its own", function(row, track)
    local steps, waits, lead, account, answers = row[1], row[2], row[3], row[4], row[5]
    local d = customer { lead = lead, account = account, answers = answers, at = "2026-03-02T00:00:00Z" }
    expect(d.track):is(track)
    expect(d.step):is(steps[1])
    expect(d.due):is(after(2, waits[1]))
    for i = 2, #steps do
      d = customer { lead = lead, account = account, answers = answers, at = "2026-03-01T12:00:00Z",
                     prior = { stage = track == "a good end" and "disqualified" or "nurture", entered = "2026-02-20" },
                     tracks = { [track] = { step = i - 1, entered = "2026-02-20", due = "2026-03-01T00:00:00Z" } },
                     touches = { { "email", "2026-03-01T00:00:00Z" }, { "call", "2026-03-01T00:00:00Z" } } }
      expect(d.step):is(steps[i])
      expect(d.due):is(after(1, waits[i]))
    end
  end)
end)

describe("contact", function()
  it("no mail to who does not want it or does not get it", function()
    expect((customer({ lead = { unsubscribed = "email" } }):contact "email")):is "never"
    expect((customer({ lead = { bounced_hard = true } }):contact "email")):is "never"
    expect((customer({ lead = { unsubscribed = "call", bounced_hard = false } }):contact "email")):is "allowed"
  end)

  it("nobody where the company wants to be left alone", function()
    expect((customer({ account = { do_not_contact = true } }):contact "call")):is "never"
    expect((customer({ account = { do_not_contact = false } }):contact "call")):is "allowed"
  end)

  it("one mail and one call a week, two touches of any kind, a day between", function()
    local function answer(channel, ...) return (customer({ touches = { ... } }):contact(channel)) end
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
  } ("quiet hours are the customer's", function(row)
    expect((customer({ at = row[1] }):contact "email")):is(row[2])
  end)

  each {
    Austria = { "AT", { email = "granted" }, "consent" }, Germany = { "DE", { email = "granted" }, "consent" },
    Britain = { "GB", {}, "allowed" }, ["the United States"] = { "US", {}, "allowed" },
    elsewhere = { "BR", { email = "granted" }, "allowed" }, ["elsewhere, unasked"] = { "BR", {}, "consent" },
  } ("what a country asks for", function(row)
    local d = customer { consents = row[2], lead = { country = row[1], timezone = "Europe/Berlin" } }
    expect((d:contact "email")):is(row[3])
  end)

  -- What each may be asked for: nothing known, a problem, a look at prices, a request.
  each {
    ["nothing but use"]  = { {}, {}, "allowed", "ladder", "ladder" },
    ["a problem"]        = { { need = "acknowledged" }, {}, "allowed", "ladder", "ladder" },
    ["a look at prices"] = { {}, { { "pricing_view", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "ladder" },
    ["a request"]        = { {}, { { "pricing_request", "2026-02-20T09:00:00Z" } }, "allowed", "allowed", "allowed" },
  } ("what may be asked for", function(row)
    local d = customer { answers = row[1], events = row[2] }
    expect((d:contact("email", "educate"))):is(row[3])
    expect((d:contact("email", "help"))):is(row[3])
    expect((d:contact("email", "demo"))):is(row[4])
    expect((d:contact("email", "proposal"))):is(row[5])
  end)
end)
