-- What holds whatever the lead: leads are generated from what the rules read.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, expect, decide, for_all, assume = test.describe, test.expect, test.decide, test.for_all, test.assume

describe("in any lead", function()
  -- "gone quiet" takes points from who was last here long ago: a first visit long ago is such a visit.
  properties.more_events_never_lower { except = { "gone quiet" } }
  properties.unknown_never_scores()
  properties.unknown_never_decides()
  properties.order_never_matters()
  properties.age_never_raises()
  properties.sellers_never_count()
  properties.points_add_up()
  properties.same_facts_same_verdict()
end)

describe("modified BANT [A1.1]", function() properties.bant_never_moves_the_first_gate() end)

describe("whoever it is", function()
  for_all { always = { events = { { "demo_request", "2d ago" } } }, without = { "tracked", "feeds" } }
  ("a raised hand is worth a call, if anybody belongs here", function(case)
    local d = decide(case)
    assume(d:verdict "nurture" == "pass")
    expect(d:verdict "worth_a_call"):is "pass"
  end)

  for_all {} ("whoever is disqualified is nowhere else", function(case)
    local d = decide(case)
    assume(d.disqualified ~= nil)
    expect(d.stage):is "disqualified"
  end)

  for_all {} ("every lead has one owner, whatever its stage, while somebody is at work [A8.18]", function(case)
    case.users = { { "lea@ours.example", team = "dach_ldrs" }, { "ana@ours.example", team = "ldrs" } }
    local d = decide(case)
    expect(d.route):is_not(nil)
    expect(d.owner):is_not(nil)
  end)

  for_all { without = { "consents" } } ("nobody unsubscribed from mail gets a mail", function(case)
    case.lead.unsubscribed = "email"
    expect((decide(case):contact "email")):is_not "allowed"
  end)
end)
