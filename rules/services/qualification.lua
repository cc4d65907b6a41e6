-- Who is worth a conversation, and when somebody has listened well enough to propose anything.
local q = require "assay.qualification"
local buying, evidence, profiles = require "assay.buying", require "assay.evidence", require "assay.profiles"
local lead, account, event, answer = q.lead, q.account, q.event, q.answer

local m = q.model "services"

local our_market  = account.industry:in_list "industries" & account.employees:at_least(100)
local raised_hand = event.contact_request:seen "60d"

-- How far the buyer is, by what the buyer does and says.
local stage = buying.process(m, "four_stages", {
  awareness     = event.article_view:seen "180d",
  consideration = event.webinar:seen "180d" | event.case_study:seen "180d" | answer.need:known() & answer.need:acknowledged(),
  evaluation    = event.team_view:seen "90d" | event.reference:seen "90d",
  purchase      = answer.funds_access:known() & answer.funds_access:is_true(),
})

-- What convinces, and what is interest.
evidence.proof_points(m)
evidence.insights(m, { points = 10, most = 2 })
local interest = m:score("interest", { cap = 100 })
interest:rule "reading" {
  per_event = { article_view = 2, webinar = 10, case_study = 10, reference = 20, team_view = 15 },
  half_life = "30d", cap = 60, at_most = { article_view = "3 per 1d" },
}
interest:rule "took two proof points" { points = 10, when = m.proof_points:at_least(2) }
interest:rule "new insight"           { points = 10, when = m.insights:at_least(10) }

m:disqualify "competitor" { when = account.domain:in_list "competitors" }

m:gate "nurture"      { criteria = { market = our_market, title = lead.title:known() } }
m:gate "worth_a_call" { criteria = { interest = m.interest:at_least(30) & stage.at_least "consideration" | raised_hand } }

-- A challenge captured in any area makes a lead ready, also in another one than the campaign was about.
m:gate "sales_ready"  {
  criteria = profiles.sales_ready(m, "services", {
    challenges = {
      security = event.challenge:where { area = "security" }:seen "365d",
      cloud    = event.challenge:where { area = "cloud" }:seen "365d",
      data     = event.challenge:where { area = "data" }:seen "365d",
    },
    unspecified = answer.need:acknowledged(), campaign = lead.campaign_area,
    also = { market = our_market, authority = answer.buying_role:one_of { "decides", "influences" },
             willing = event.meeting_held:seen "60d" | raised_hand },
  }),
  delivers = { awareness = { "market" }, interest = { "willing" }, desire = { "challenges" } },
}
m:gate "opportunity"  { level = "account", criteria = {
  group     = account.group:size():at_least(2),
  authority = account.group:some(answer.buying_role:is "decides") & answer.process:known(),
  timeframe = answer.decision_by:in_next "365d",
  budget    = answer.funds_access:is_true(),
} }
m:recycle { from = "sales_ready", to = "nurture", when = event.handoff_rejected:seen(), cool_off = "30d" }
return m
