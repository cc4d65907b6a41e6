local q = require "assay.qualification"
local abm = require "assay.accounts"
local friction = require "assay.friction"
local lead, account, answer, event = q.lead, q.account, q.answer, q.event

local m = q.model "friction"
local interest = m:score("interest", { floor = -20, cap = 100 })
interest:rule "pages"      { per_event = { page_view = 1 } }
interest:rule "went quiet" { points = friction.went_quiet { points = -20 } }
m:gate "nurture" { criteria = { known = lead.title:known() } }

local outside = { account.spending_freeze, account.new_management }
local causes = {
  status_quo = answer.urgency:unknown(), improvement = answer.improvement:unknown(), risk = answer.fears:is "many",
  returns = answer.returns:unknown(), system = answer.effects:unknown(), own_means = answer.build_itself:is_true(),
  stakeholders = answer.concerns:unknown(), outside = outside,
}
friction.diagnose(m, causes)

abm.template "account" {
  when = account.name:known(), group = { economic = 1, technical = 1 },
  owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  abm.play "a page of their own" { content = abm.unique "account-brief" },
  table.unpack(friction.plays {
    status_quo = answer.urgency:unknown(), group = account.group:coverage():less_than(1),
    own_means = { when = answer.build_itself:is_true(), content = "our-own-paper", due = "14d" }, outside = outside,
  }),
}

abm.template "value case" {
  when = account.name:unknown(), owners = { marketing = account.marketing_owner, sales = account.sales_owner },
  abm.play "a visit" { task = abm.human "visit the plant" },
  table.unpack(abm.value_case { returns = abm.unique "roi-model", risk = "reference-visits", choice = "comparison-of-offers" }),
}
return m
