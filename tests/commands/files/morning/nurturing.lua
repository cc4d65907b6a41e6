local n = require "assay.nurturing"

n.contact_policy { most = { any = "3 per 7d" }, gap = "24h" }
n.track "waiting" {
  n.step "guide" { content = "cost-of-delay-guide", wait = "1d" },
  n.step "talk"  { task = n.human "call with the discovery questions", role = "ldr", wait = "5d" },
}
return n
