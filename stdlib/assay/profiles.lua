---Profiles: how ready for sales is told, by what is sold. A product is bought or not: its qualifier is yes or no. A service is
---bought against a challenge: its qualifier counts the challenges that somebody listened to.
---
---```lua
---local profiles = require "assay.profiles"
---m:gate "sales_ready" {
---  criteria = profiles.sales_ready(m, "product", {
---    interest = event.product_view:seen "30d", budget = account.revenue:at_least(1e6), intent = event.demo_request:seen "30d",
---  }),
---}
---```
local declare = require "assay.declare"

local profiles = {}

-- Fails at the line of the pack that called.
local function fail(format, ...) error(format:format(...), 3) end

local function add_also(criteria, also)
  for name, condition in pairs(also or {}) do
    if criteria[name] then fail('criterion "%s" is the profile\'s own: give yours another name', name) end
    criteria[name] = condition
  end
  return criteria
end

local function product(given)
  declare.closed(given, 'profile "product"', { "interest", "budget", "intent" }, { "also" })
  return add_also({ interest = given.interest, budget = given.budget, intent = given.intent }, given.also)
end

-- A need in another area than the campaign that brought the lead counts as much as one in it; that it is elsewhere is told apart,
-- because whoever follows up with the campaign's offer would talk past it.
local function count_elsewhere(model, challenges, campaign)
  local score = model:score "challenges_elsewhere"
  for area, condition in pairs(challenges) do
    score:rule(area) {
      points = 1, when = condition & ~campaign:is(area),
      reason = "The need lies in another area than the campaign that brought the lead.",
    }
  end
end

local function services(model, given)
  declare.closed(given, 'profile "services"', { "challenges" }, { "unspecified", "at_least", "campaign", "also" })
  local challenges, score = given.challenges, nil
  if type(challenges) ~= "table" then fail 'the challenges of profile "services" are conditions by area' end
  for area, condition in pairs(challenges) do
    score = score or model:score "challenges"
    score:rule(area) { points = 1, when = condition, reason = ("A challenge in %s has been understood."):format(area) }
  end
  if not score then fail 'profile "services" has no challenges: give a condition for each area' end
  if given.unspecified then
    score:rule("unspecified need") {
      points = 1, when = given.unspecified, reason = "There is a need that nobody has put a name to yet.",
    }
  end
  if given.campaign then count_elsewhere(model, challenges, given.campaign) end
  return add_also({ challenges = model.challenges:at_least(given.at_least or 1) }, given.also)
end

---The criteria of the gate to sales by a profile. `also` are criteria of the pack's own.
---
---"product" takes `interest`, `budget` and `intent`: all three hold, or the lead is not ready.
---
---"services" takes `challenges`, conditions by area, and declares the score "challenges": a point for each that was captured, and
---one for a need that is `unspecified`; the gate asks for `at_least` so many (1). Any area counts, also another than that of the
---campaign that brought the lead: with `campaign`, the fact that names its area, the score "challenges_elsewhere" tells how many.
---
---```lua
---local profiles = require "assay.profiles"
---m:gate "sales_ready" {
---  criteria = profiles.sales_ready(m, "services", {
---    challenges = {
---      security = event.challenge:where { area = "security" }:seen "365d",
---      cloud = event.challenge:where { area = "cloud" }:seen "365d",
---    },
---    campaign = lead.campaign, at_least = 1, also = { willing = event.meeting_booked:seen "30d" },
---  }),
---}
---```
---@param model assay.Model
---@param profile "product"|"services"
---@param given table
---@return table<string, assay.Condition>
function profiles.sales_ready(model, profile, given)
  if profile == "product" then return product(given) end
  if profile == "services" then return services(model, given) end
  fail('there is no profile "%s": they are product and services', tostring(profile))
end

return profiles
