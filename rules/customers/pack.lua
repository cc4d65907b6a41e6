-- Customers: people at companies that already buy. They succeed first, then they stay, and only then they are asked for more.
local pack = require "assay.pack"

return pack "customers" {
  owner     = "customers@ours.example",
  buyers    = {
    why  = "What they bought did what it was bought for, and the same people now have the next problem.",
    who  = "The sponsor who signed, the people who use it every day, and whoever owns the next department.",
    how  = "They ask us before they ask others, try it in one team, and decide with the renewal.",
    what = "That the first purchase has paid off, what the next one adds, and that nothing that runs today will stop.",
  },
  labels    = { nurture = "customer", worth_a_call = "CSQL", sales_ready = "ready for more", opportunity = "expansion" },
  fields = {
    lead    = { title = "text", group_role = "choice", timezone = "text", country = "text" },
    account = {
      type = "choice", customer_since = "date", renewal = "date", products = "choices", open_tickets = "integer",
      owner = "user", marketing_owner = "user", sales_owner = "user", lifetime_value = "money", do_not_contact = "boolean",
      adoption     = { type = "number", text = "Share of what was bought that is in use, 0 to 1." },
      satisfaction = { type = "integer", text = "Last answer to 'would you recommend us', 0 to 10." },
      overdue      = { type = "boolean", text = "An invoice is unpaid for more than 30 days." },
    },
  },
  answers = {
    outcome_reached = { ask = "Did it do what you bought it for?", type = "boolean", scope = "account" },
    staying         = { ask = "Will you go on with us after this term?", values = { "no", "unsure", "yes" }, scope = "account" },
    recommends      = { ask = "May others ask you how it went?", type = "boolean" },
    need            = { ask = "Which problem would you solve next?", values = { "none", "acknowledged", "confirmed" } },
    buying_role     = { ask = "What part do you play when more is bought?", values = { "none", "uses", "influences", "decides" } },
    this_year       = { ask = "Is the next step planned for this year?", type = "boolean" },
    process         = { ask = "How is an extension decided?", type = "text", scope = "account" },
    decision_by     = { ask = "By when will you decide?", type = "date", scope = "account" },
    funds_commit    = { ask = "Is the money for it in a budget?", type = "boolean", scope = "account" },
    figures_today   = { ask = "Which figures do you still put together by hand?", type = "text" },
    who_reads_them  = { ask = "Who waits for them, and what do they decide with them?", type = "text" },
    figures_from    = { ask = "Which systems do the figures come from?", type = "text" },
    first_report    = { ask = "Which report must be there first?", type = "text" },
    report_saves    = { ask = "What is a month without that work worth?", type = "text" },
    report_owner    = { ask = "Who will own the reports?", type = "text" },
  },
  events = {
    product_use     = { by = "buyer", intent = "content", text = "Used what they have: no sign that they want more." },
    product_view    = { by = "buyer", intent = "product" },
    webinar         = { by = "buyer", intent = "content" },
    case_study      = { by = "buyer", intent = "content" },
    pricing_view    = { by = "buyer", intent = "product" },
    demo_request    = { by = "buyer", intent = "hand_raise" },
    pricing_request = { by = "buyer", intent = "hand_raise" },
  },
  feeds = { product = { events = { "product_use" }, fresh = "3d" } },
  rules = { "qualification", "nurturing", "accounts" },
}
