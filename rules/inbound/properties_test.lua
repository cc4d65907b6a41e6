-- What holds whatever the lead: leads are generated from what the rules read.
local test = require "assay.test"
local properties = require "assay.properties"
local describe, expect, decide, for_all, assume = test.describe, test.expect, test.decide, test.for_all, test.assume
local with = test.with

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
describe("a raw inquiry [A1.17]", function() properties.inquiries_are_never_handed_over() end)

-- Of what a lead did, that alone which is of these kinds.
local function only(case, kinds)
  local kept = {}
  for _, event in ipairs(case.events or {}) do
    if kinds[event[1]] then kept[#kept + 1] = event end
  end
  case.events = kept
end

-- All that sales asks but for an evaluation: what is left to show is what the person did.
local in_market = {
  lead = { title = "Head of Operations" }, account = { domain = "acme.example", industry = "Logistics", revenue = "40000000 EUR" },
  answers = { need = "acknowledged", buying_role = "decides", evaluating = true, priority = true },
}
local reads = { page_view = true, whitepaper = true, ebook = true, webinar = true, case_study = true, reference = true }
local talks = { registration = true, community_join = true, community_view = true, community_post = true,
                community_reply = true, community_vote = true, social_engagement = true }

describe("whoever it is", function()
  for_all { always = with(in_market, { events = { { "ebook", "3d ago" } } }), without = { "prior" } }
  ("who only reads never goes to sales [A7.6]", function(case)
    only(case, reads)
    local d = decide(case)
    expect(d:verdict "sales_ready"):is_not "pass"
    expect(d.stage):one_of { "suspect", "nurture", "worth_a_call", "disqualified" }
  end)

  for_all { always = with(in_market, { events = { { "registration", "3d ago" } } }), without = { "prior" } }
  ("who registered with the community and talks there passes no gate to sales [A7.25]", function(case)
    only(case, talks)
    expect(decide(case):verdict "sales_ready"):is_not "pass"
  end)

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
