-- Markets of one: which accounts get a plan, what the plan must hold, and which plays are open today.
local abm = require "assay.accounts"
local account, answer, event = abm.account, abm.answer, abm.event

abm.segment {
  value = abm.first_known { account.lifetime_value, account.potential_value },
  diversity = account.need_diversity,
  very_high_value = 500e3, low_value = 50e3, homogeneous = 0.3,
}

abm.tier "one to one"  { when = account.potential_value:at_least(1e6), at_most = 20 }
abm.tier "one to few"  { when = account.cluster:known(), at_most = 200 }
abm.tier "one to many" { when = account.icp:at_least(60) }

abm.template "market of one" {
  when   = account.segment:is "abm", variety = "large_account",
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  group  = { economic = 1, technical = 1, user = 2, legal = 1 },
  budget = { at_most = 0.05, of = account.potential_value },
  abm.play "map the buying group"   { when = account.group:coverage():less_than(1),
                                      task = abm.human "get introduced to the missing roles", due = "14d" },
  abm.play "cost of delay"          { when = answer.urgency:unknown(), content = abm.unique "cost-of-delay-model" },
  abm.play "why not build it"       { when = answer.build_itself:is_true(), content = abm.unique "build-or-buy-paper" },
  abm.play "executive sponsor"      { when = account.group:some(answer.need:acknowledged()),
                                      task = abm.human "arrange a meeting of the two sponsors", role = "sales", due = "30d" },
  abm.play "agree on the decision"  { when = answer.process:unknown(),
                                      task = abm.human "write down with the buyer how the decision is made", role = "sales",
                                      due = "21d" },
}

abm.template "named account" {
  when   = account.segment:is "targeted", variety = "named_account",
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  group  = { economic = 1, user = 1 },
  abm.play "industry story"  { content = "peer-story-by-industry" },
  abm.play "a page of their own" { content = abm.unique "account-brief" },
  abm.play "find the second person" { when = account.group:size():less_than(2),
                                      task = abm.human "ask the first contact for an introduction", due = "21d" },
}
return abm
