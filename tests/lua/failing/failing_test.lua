-- Tests that must fail, for the reasons that tests/commands/test.md shows.
local test = require "assay.test"
local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide

describe("expectations <&> #", function()
  it("hold", function() expect(1):is(1) end)

  it("see the ledger of a score", function()
    expect(decide({ account = { employees = 12 } }):score "fit"):is(70)
  end)

  it("see what a cap took", function()
    local d = decide { events = { { "page_view", "1d ago" }, { "page_view", "7d ago" } } }
    expect(d:score "interest"):is(14)
  end)

  it("see where a lead stopped", function()
    expect(decide({ account = { employees = 3 } }).stage):is "nurture"
  end)

  it("see what a function read", function()
    expect(decide({ events = { { "demo_request", "2d ago" } } }):points "talk"):is(6)
  end)

  it "are to be written"
end)
