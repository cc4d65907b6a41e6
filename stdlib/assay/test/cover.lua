-- Looks for leads that would show what no test has shown of the rules: called by the host under --coverage, never by tests.
local trial = require "assay.trial"
local sample = require "assay.test.sample"
local shrink = require "assay.test.shrink"

-- Enough for what rules usually ask; what is found by none of these is left to the author.
local CASES <const> = 400

local seed = sample.seed_of("coverage", trial.seed())
for i = 1, CASES do
  local case = sample.lead(sample.draw(seed + i), {})
  local decided, missing = pcall(trial.probe, case)
  for _, wanted in ipairs(decided and missing or {}) do
    local smallest = shrink.smallest(case, nil, function(smaller)
      local fine, shows = pcall(trial.shows, smaller, wanted)
      return fine and shows
    end)
    trial.found(wanted, shrink.row(smallest))
  end
end
