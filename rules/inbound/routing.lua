-- Who gets a lead. The first route that holds, by order; the reason is part of the decision.
local r = require "assay.routing"
local lead, account = r.lead, r.account

r.route "partner lead"       { order = 0, when = lead.source:is "partner" & lead.partner_manager:known(),
                               to = lead.partner_manager, nurture = false }
r.route "has a relationship" { order = 1, when = lead.relationship_owner:known(), to = lead.relationship_owner }
r.route "named account"      { order = 2, when = account.owner:known(), to = account.owner }
r.route "DACH"               { order = 3, when = account.country:in_list "dach", to = r.round_robin "dach_ldrs",
                               at_most = "40 per 1d", skip_absent = true }
r.route "everyone else"      { order = 9, to = r.round_robin "ldrs", skip_absent = true }
return r
