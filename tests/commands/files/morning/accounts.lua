local abm = require "assay.accounts"
local account = abm.account

abm.segment { value = account.potential_value, diversity = account.need_diversity,
              very_high_value = 500e3, low_value = 50e3, homogeneous = 0.3 }
abm.template "market of one" {
  when   = account.segment:is "abm",
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  group  = { economic = 1, user = 2 },
  budget = { at_most = 0.05, of = account.potential_value },
  abm.play "map the group" { when = account.group:coverage():less_than(1),
                             task = abm.human "get introduced to the missing roles", due = "14d" },
  abm.play "cost of delay" { content = abm.unique "cost-of-delay-model" },
}
return abm
