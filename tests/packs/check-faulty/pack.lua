-- A pack that loads and is wrong in every way that `assay check` tells apart by line.
local pack = require "assay.pack"

return pack "check-faulty" {
  owner     = "revops@ours.example",
  agreement = { marketing = "M. Ruiz", sales = "S. Okafor", review_by = "2026-01-31",
                marketing_sourced_pipeline = { marketing_commits = 0.35, sales_expects = 0.65 } },
  fields    = { account = { shoe_size = "integer" } },
  answers   = { need = { ask = "Which problem would you solve first?", values = { "none", "acknowledged" } } },
  lists     = { rivals = "lists/rivals.txt" },
  rules     = { "rules" },
}
