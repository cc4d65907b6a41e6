local q = require "assay.qualification"
local buying, evidence = require "assay.buying", require "assay.evidence"
local overshoot, profiles = require "assay.overshoot", require "assay.profiles"
local lead, account, event = q.lead, q.account, q.event

local m = q.model "buyers"
local stage = buying.process(m, "four_stages", {
  awareness = event.page_view:seen "180d", consideration = event.webinar:seen "180d",
  evaluation = event.pricing_view:seen "180d", purchase = event.pricing_request:seen "180d",
})
overshoot.checklist(m)
evidence.proof_points(m, { kinds = { webinar = "title" }, window = "90d" })

m:gate "nurture"      { criteria = { title = lead.title:known() } }
m:gate "worth_a_call" { criteria = { stage = stage.at_least "consideration", proof = m.proof_points:at_least(3),
                                    ["needs more"] = m.overshoot:less_than(2) } }
m:gate "sales_ready"  {
  criteria = profiles.sales_ready(m, "product", {
    interest = event.pricing_view:seen "90d", budget = account.revenue:at_least(1e6), intent = event.pricing_request:seen "30d",
    also = { evaluates = stage.is "evaluation" | stage.is "purchase" },
  }),
  delivers = { awareness = { "evaluates" }, interest = { "interest" }, desire = { "intent" } },
}
return m
