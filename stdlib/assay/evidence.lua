---Evidence: what a buyer took that convinces. Proof points are what others say for us; buyers want several before they believe.
---Insights are worth something while they are new: what the buyer knew before is pleasant, and decides nothing.
---
---```lua
---local evidence = require "assay.evidence"
---evidence.proof_points(m)
---m:gate "worth_a_call" { criteria = { convinced = m.proof_points:at_least(3) } }
---```
local declare = require "assay.declare"

local evidence = {}

---The kinds of events that are proof unless a pack says otherwise, each with the property that tells one piece from another.
---@type table<string, string>
evidence.proof_kinds = { case_study = "title", reference = "customer" }

---Declares the score "proof_points": how many different proof points the buyer took. The same piece twice is one; events that do
---not say which piece it was are one together. `kinds` gives the events that are proof and the property that names the piece;
---`window` how far back they count (ever).
---
---```lua
---local evidence = require "assay.evidence"
---evidence.proof_points(m, { kinds = { case_study = "title", webinar = "title" }, window = "365d" })
---fit:rule "has seen proof" { points = 10, when = m.proof_points:at_least(2) }
---```
---@param model assay.Model
---@param options? { kinds?: table<string, string>, window?: string }
function evidence.proof_points(model, options)
  options = options or {}
  declare.closed(options, "evidence.proof_points", {}, { "kinds", "window" })
  local score = model:score "proof_points"
  for kind, property in pairs(options.kinds or evidence.proof_kinds) do
    local window = options.window
    score:rule(kind) {
      reason = "Buyers believe what others say for us; several proof points are needed.",
      points = function(l)
        local n = l:events(kind, window):distinct(property)
        return n, n > 0 and ("%d different by %s"):format(n, property) or nil
      end,
    }
  end
end

---Declares the score "insights": `points` for each insight that was new to the buyer, for `most` (3) of them within `window`
---(365d). An insight that was known before earns 0. It reads events of the kind `insight`, whose `novelty` is "new" or "known".
---
---```lua
---local evidence = require "assay.evidence"
---evidence.insights(m, { points = 5, most = 2 })
---```
---@param model assay.Model
---@param options { points: number, most?: integer, window?: string }
function evidence.insights(model, options)
  declare.closed(options, "evidence.insights", { "points" }, { "most", "window" })
  local most, window = options.most or 3, options.window or "365d"
  local score = model:score "insights"
  local new = declare.event.insight:where { novelty = "new" }:count(window)
  for i = 1, most do
    score:rule(("new insight %d"):format(i)) {
      points = options.points, when = new:at_least(i), reason = "Only what the buyer did not know before counts.",
    }
  end
end

return evidence
