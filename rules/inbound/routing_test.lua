-- Who gets a lead, and why.
local test = require "assay.test"
local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide

local company = { name = "Acme GmbH", domain = "acme.example", industry = "Logistics", employees = 900,
                  revenue = "40000000 EUR", country = "DE" }
local users = {
  { "lea@ours.example", team = "dach_ldrs", assigned = 3 }, { "max@ours.example", team = "dach_ldrs", assigned = 1 },
  { "ana@ours.example", team = "ldrs", assigned = 5 }, { "raj@ours.example", team = "ldrs", assigned = 5 },
}

local function routed(lead, account, people)
  local person = { email = "ada@acme.example", title = "Head of Operations", source = "search" }
  return decide { lead = test.with(person, lead), account = account or company, users = people or users, events = { { "demo_request", "1d ago" } } }
end

describe("routes", function()
  it("a partner's lead goes to the partner manager", function()
    local d = routed { source = "partner", partner_manager = "pia@ours.example", relationship_owner = "sam@ours.example" }
    expect(d.route):is "partner lead"
    expect(d.owner):is "pia@ours.example"
  end)

  it("a partner's lead without a partner manager goes on to the others", function()
    expect(routed({ source = "partner" }).route):is "DACH"
    expect(routed({ partner_manager = "pia@ours.example" }).route):is "DACH"
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

  it("whoever is absent or has forty today is passed over", function()
    local busy = { { "lea@ours.example", team = "dach_ldrs", assigned = 2, absent = true },
                   { "max@ours.example", team = "dach_ldrs", assigned = 40 },
                   { "nora@ours.example", team = "dach_ldrs", assigned = 39 } }
    expect(routed({}, nil, busy).owner):is "nora@ours.example"
    expect(routed({}, nil, { busy[1], busy[2] }).owner):is_nil()
  end)

  it("forty yesterday are none today", function()
    local times = {}
    for i = 1, 40 do times[i] = "1d ago" end
    expect(routed({}, nil, { { "max@ours.example", team = "dach_ldrs", assigned = times } }).owner):is "max@ours.example"
  end)

  it("whoever is absent gets none of the others either", function()
    local away = { { "ana@ours.example", team = "ldrs", absent = true }, { "raj@ours.example", team = "ldrs", assigned = 9 } }
    local d = routed({}, { domain = "acme.example", industry = "Logistics", country = "FR" }, away)
    expect(d.owner):is "raj@ours.example"
  end)

  it("everybody else goes round by name where counts are equal", function()
    local d = routed({}, { domain = "acme.example", industry = "Logistics", country = "FR" })
    expect(d.route):is "everyone else"
    expect(d.owner):is "ana@ours.example"
  end)
end)
