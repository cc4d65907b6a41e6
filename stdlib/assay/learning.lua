---What best customers have in common, and what those who are more trouble than they are worth: for `assay learn`. Runs do not read
---it.
local declare = require "assay.declare"

---@class assay.Learning : assay.Facts
local learning = {}
for name, value in pairs(require "assay.facts") do learning[name] = value end

---Two classes of customers that `assay learn` tells apart by what is known of them. It counts each characteristic's values, gives
---points where there are enough customers to say so, tries them on customers it did not learn from, and writes them as rules.
---
---```lua
---learning.contrast "large ones" {
---  best = account.employees:at_least(1000), from = { account.industry, account.country },
---}
---```
---@type fun(name: string): fun(options: assay.ContrastOptions)
learning.contrast = declare.contrast

---A best customer benefits most from what is sold, stays, and recommends it: all three, or it is none. Where one of them is unknown
---and no other is missing, it is unknown.
---
---```lua
---learning.contrast "best customers" {
---  best = learning.best_customer {
---    benefit = account.revenue:at_least(1e6), loyal = account.employees:at_least(50), recommends = account.name:known(),
---  },
---  from = { account.industry },
---}
---```
---@param parts { benefit: assay.When, loyal: assay.When, recommends: assay.When }
---@return assay.Condition
function learning.best_customer(parts)
  declare.closed(parts, "a best customer", { "benefit", "loyal", "recommends" })
  return declare.all_of(parts.benefit, parts.loyal, parts.recommends)
end

return learning
