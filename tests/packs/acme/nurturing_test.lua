-- The nurturing rules of the design: whom they fit, and when nobody is contacted.
local test = require "assay.test"
local describe, it, each, expect, decide = test.describe, test.it, test.each, test.expect, test.decide

local company = { name = "Acme Ltd", domain = "acme-buyer.example", industry = "Software", country = "US" }

-- A Monday, eleven o'clock in Berlin.
local NOW <const> = "2026-03-02T10:00:00Z"

local function lead(case)
  case.lead = { email = "jill@acme-buyer.example", title = "Head of Operations", timezone = "Europe/Berlin" }
  case.account, case.at = company, case.at or NOW
  case.events = case.events or { { "whitepaper", "2026-02-01T09:00:00Z" } }
  return decide(case)
end

describe("contact", function()
  it("nobody is called after one download", function()
    expect((lead({ events = { { "whitepaper", "2026-03-02T09:00:00Z" } } }):contact("call", "educate"))):is "first_download"
  end)

  it("a day lies between two touches", function()
    expect((lead({ touches = { { "email", "2026-03-01T10:30:00Z" } } }):contact("email", "educate"))):is "gap"
    expect((lead({ touches = { { "email", "2026-03-01T10:00:00Z" } } }):contact("email", "educate"))):is "allowed"
  end)

  -- Berlin is one hour ahead of UTC in winter and two in summer
  each {
    ["before work in winter"] = { at = "2026-03-02T06:59:59Z", answer = "quiet" },
    ["work begins in winter"] = { at = "2026-03-02T07:00:00Z", answer = "allowed" },
    ["before work in summer"] = { at = "2026-07-06T05:59:59Z", answer = "quiet" },
    ["work begins in summer"] = { at = "2026-07-06T06:00:00Z", answer = "allowed" },
    ["the evening begins"]    = { at = "2026-03-02T17:00:00Z", answer = "quiet" },
  } ("quiet hours are those of the person", function(row)
    expect((lead({ at = row.at }):contact("email", "educate"))):is(row.answer)
  end)

  each { educate = "allowed", diagnose = "ladder", demo = "ladder", proposal = "ladder" }
  ("asks for no more than is permitted", function(answer, ask)
    expect((lead({}):contact("email", ask))):is(answer)
  end)
end)
