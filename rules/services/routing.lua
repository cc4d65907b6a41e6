-- Who talks with a client. Whoever has a relationship leads the conversation: no queue comes in between.
local r = require "assay.routing"
local lead = r.lead

r.route "has a relationship" { order = 1, when = lead.relationship_owner:known(), to = lead.relationship_owner }
r.route "everyone else"      { order = 2, to = r.round_robin "practice", skip_absent = true }
return r
