local abm = require "assay.accounts"
local account, answer = abm.account, abm.answer

abm.segment { value = abm.first_known { account.lifetime_value, account.potential_value },
              diversity = account.need_diversity,
              very_high_value = 500e3, low_value = 50e3, homogeneous = 0.3 }

abm.template "market of one" {           -- `assay plan new ACCOUNT` makes one plan of it, for one account
  when   = account.segment:is "abm",
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  group  = { economic = 1, technical = 1, user = 2, legal = 1 },
  budget = { at_most = 0.05, of = account.potential_value },
  abm.play "map the buying group" { when = account.group:coverage():less_than(1),
                                    task = abm.human "get introduced to the missing roles", due = "14d" },
  abm.play "cost of delay"        { when = answer.urgency:unknown(), content = abm.unique "cost-of-delay-model" },
}
return abm
