-- Who gets a lead, and why.
local test = require "assay.test"
local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Logistics", employees = 900,
                  revenue = "40000000 EUR", country = "DE" }
local users = {
  { user = "lea@ours.example", team = "dach_ldrs", total = 3 }, { user = "max@ours.example", team = "dach_ldrs", total = 1 },
  { user = "ana@ours.example", team = "ldrs", total = 5 }, { user = "raj@ours.example", team = "ldrs", total = 5 },
}

local function routed(lead, account)
  local person = { email = "ada@acme.example", title = "Head of Operations", source = "search" }
  for key, value in pairs(lead or {}) do person[key] = value end
  return decide { lead = person, account = account or company, users = users, events = { { "demo_request", "1d ago" } } }
end

describe("routes", function()
  it("a partner's lead goes to the partner manager", function()
    local d = routed { source = "partner", partner_manager = "pia@ours.example", relationship_owner = "sam@ours.example" }
    expect(d.route):is "partner lead"
    expect(d.owner):is "pia@ours.example"
  end)

  it("a lead with a relationship goes to whoever holds it, not to the queue [A1.34]", function()
    local d = routed { relationship_owner = "sam@ours.example" }
    expect(d.route):is "has a relationship"
    expect(d.owner):is "sam@ours.example"
  end)

  it("a named account keeps its owner", function()
    local owned = { domain = "acme.example", industry = "Logistics", country = "DE", owner = "ida@ours.example" }
    expect(routed({}, owned).owner):is "ida@ours.example"
  end)

  it("Germany goes round in Munich, to who has fewest", function()
    local d = routed()
    expect(d.route):is "DACH"
    expect(d.owner):is "max@ours.example"
  end)

  it("everybody else goes round by name where counts are equal", function()
    local d = routed({}, { domain = "acme.example", industry = "Logistics", country = "FR" })
    expect(d.route):is "everyone else"
    expect(d.owner):is "ana@ours.example"
  end)
end)
