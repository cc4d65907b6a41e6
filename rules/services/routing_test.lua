-- Who leads the conversation, and why.
local test = require "assay.test"
local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide

local function led(lead, users)
  return decide {
    lead = test.with({ email = "eva@plant.example", title = "Head of IT" }, lead or {}),
    account = { name = "Plant AG", domain = "plant.example", industry = "Manufacturing", employees = 800 },
    events = { { "contact_request", "1d ago" } },
    users = users or { { "pia@ours.example", team = "practice", assigned = 2 }, { "raj@ours.example", team = "practice", assigned = 1 } },
  }
end

describe("a conversation", function()
  it("is led by whoever has the relationship, not by who is next in the queue [A1.34]", function()
    local d = led { relationship_owner = "sam@ours.example" }
    expect(d.stage):is "worth_a_call"
    expect(d.route):is "has a relationship"
    expect(d.owner):is "sam@ours.example"
  end)

  it("without a relationship goes to who of the practice has fewest", function()
    local d = led()
    expect(d.route):is "everyone else"
    expect(d.owner):is "raj@ours.example"
  end)

  it("passes over who is absent", function()
    expect(led({}, { { "pia@ours.example", team = "practice", assigned = 9 },
                     { "raj@ours.example", team = "practice", absent = true } }).owner):is "pia@ours.example"
  end)
end)
