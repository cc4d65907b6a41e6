-- The renewal is a plan of its own: it begins 120 days before the day, and holds what must be known and mended until then.
local abm = require "assay.accounts"
local account, answer = abm.account, abm.answer

abm.template "renewal" {
  when   = account.type:is "customer" & account.renewal:in_next "120d", variety = "customer",
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  group  = { economic = 1, user = 2 },
  budget = { at_most = 0.02, of = account.lifetime_value },
  abm.play "know the sponsor"      { when = account.group:coverage():less_than(1),
                                     task = abm.human "get to know who signs and who uses it", due = "14d" },
  abm.play "did it work"           { when = answer.outcome_reached:unknown(),
                                     task = abm.human "ask the sponsor whether it did what it was bought for", due = "14d" },
  abm.play "show what it brought"  { when = answer.outcome_reached:is_true(), content = abm.unique "your-year-in-figures" },
  abm.play "clear the desk"        { when = account.open_tickets:more_than(0),
                                     task = abm.human "close every open ticket, or say by when", due = "21d" },
  abm.play "ask for the renewal"   { when = answer.staying:unknown(),
                                     task = abm.human "ask whether they go on, and under which terms", role = "sales", due = "30d" },
  abm.play "win them back"         { when = answer.staying:at_most "unsure",
                                     task = abm.human "bring both sponsors to one table", role = "sales", due = "14d" },
}
return abm
