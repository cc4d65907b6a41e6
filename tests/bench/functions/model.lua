local q = require "assay.qualification"

local m = q.model "functions"
local fit = m:score("fit", { floor = 0, cap = 100 })

local function has(text, ...)
  for i = 1, select("#", ...) do
    if text:find((select(i, ...)), 1, true) then return true end
  end
  return false
end
local up = { director = true, vp = true, c_level = true }
local manager_up = { manager = true, director = true, vp = true, c_level = true }
local core, near = { DE = true, US = true, GB = true }, { DE = true, US = true }
local market = { Software = true, Manufacturing = true, Logistics = true }
local good = { referral = true, partner = true }

local function words(l) return " " .. l.title:lower() .. " " end

local function rule(name, points, holds)
  fit:rule(name) { cap = 20, points = function(l) return holds(l) and points or 0 end }
end

rule("operations", 12, function(l) return l.title and has(l.title:lower(), "operations", "supply chain", "procurement") end)
rule("finance", 8, function(l) return l.title and (has(l.title:lower(), "finance", "controller") or has(words(l), " cfo ")) end)
rule("technology", 6, function(l) return l.title and (has(words(l), " it ") or has(l.title:lower(), "technology", "architect")) end)
rule("head", 10, function(l) return l.title and has(words(l), " head ", " chief ", " vp ") end)
rule("assistant", -10, function(l) return l.title and has(words(l), " assistant ", " intern ") end)
rule("director up", 15, function(l) return l.job_level and up[l.job_level] end)
rule("manager", 8, function(l) return l.job_level == "manager" end)
rule("individual", -5, function(l) return l.job_level == "individual" end)
rule("market", 15, function(l) local i = l.account.industry return i and market[i] end)
rule("healthcare", 5, function(l) return l.account.industry == "Healthcare" end)
rule("education", -5, function(l) return l.account.industry == "Education" end)
rule("right size", 15, function(l) local n = l.account.employees return n and n >= 200 and n <= 5000 end)
rule("large", 8, function(l) local n = l.account.employees return n and n > 5000 end)
rule("tiny", -15, function(l) local n = l.account.employees return n and n < 20 end)
rule("rich", 10, function(l) local n = l.account.revenue return n and n >= 50e6 end)
rule("able", 5, function(l) local n = l.account.revenue return n and n >= 10e6 and n <= 50e6 end)
rule("core countries", 8, function(l) return core[l.country] end)
rule("same country", 4, function(l) local c = l.account.country return c and near[c] end)
rule("good source", 6, function(l) return good[l.source] end)
rule("advert", -4, function(l) return l.source == "advertisement" and l.job_level and not manager_up[l.job_level] end)
return m
