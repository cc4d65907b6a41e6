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
local profiles = {}

---What each profile asks, in words.
---@type table<"product"|"services", string>
profiles.kinds = {
  product = "Is there interest in the product, is there a budget, is there an intent to purchase? Each is yes or no.",
  services = "Which challenges has somebody listened to and understood? Each counts, in whatever area it lies.",
}

-- Fails at the line of the pack that called.
local function fail(format, ...) error(format:format(...), 3) end

local PRODUCT <const> = { "interest", "budget", "intent" }
local KNOWN <const> = {
  product = { interest = true, budget = true, intent = true, also = true },
  services = { challenges = true, unspecified = true, at_least = true, campaign = true, also = true },
}

local function check_names(profile, given)
  for name in pairs(given) do
    if not KNOWN[profile][name] then
      local names = {}
      for known in pairs(KNOWN[profile]) do names[#names + 1] = known end
      fail('profile "%s" has no "%s": it takes %s', profile, name, table.concat(names, ", "))
    end
  end
end

local function add_also(criteria, also)
  for name, condition in pairs(also or {}) do
    if criteria[name] then fail('criterion "%s" is the profile\'s own: give yours another name', name) end
    criteria[name] = condition
  end
  return criteria
end

local function product(given)
  local criteria = {}
  for _, name in ipairs(PRODUCT) do
    if given[name] == nil then fail('profile "product" lacks "%s": it needs interest, budget and intent', name) end
    criteria[name] = given[name]
  end
  return add_also(criteria, given.also)
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
  local challenges, score = given.challenges, nil
  if type(challenges) ~= "table" then fail 'profile "services" lacks "challenges": conditions by area' end
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
  if not KNOWN[profile] then fail('there is no profile "%s": they are product and services', tostring(profile)) end
  check_names(profile, given)
  if profile == "product" then return product(given) end
  return services(model, given)
end

return profiles
