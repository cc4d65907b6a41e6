local n = require "assay.nurturing"
local lead, event = n.lead, n.event

n.persona "operations leader" { when = lead.title:matches "operations|supply" }

n.contact_policy {                       -- lead generation, never lead genocide
  most = { email = "2 per 7d", call = "1 per 3d", any = "3 per 7d" },
  gap = "24h", after_first_download = "7d",
  quiet = { from = "18:00", to = "08:00", timezone = lead.timezone },
  ladder = { "topic", "problem", "solution", "proof" },
  needs = { educate = "topic", diagnose = "problem", demo = "solution", proposal = "proof" },
}

n.track "the cost of waiting" {
  persona = "operations leader", phase = "discovery",
  n.step "frame the challenge" { content = "cost-of-delay-guide", wait = "4d" },
  n.step "offer empathy"       { content = "peer-story-logistics", wait = "5d", done_when = event.case_study:seen() },
  n.step "provide help"        { content = "business-case-kit", wait = "5d" },
  n.step "give confidence"     { task = n.human "call with the discovery questions", role = "ldr" },
}
return n
