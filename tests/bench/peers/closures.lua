-- The 20 fit rules of W1 as plain Lua closures over tables of leads, in memory.
--   lua5.4 closures.lua FACTS.csv RESULT.csv LEADS
local file, result, most = arg[1], arg[2], tonumber(arg[3])
local rows = {}
local lines = io.lines(file)
lines()
for line in lines do
  if #rows == most then break end
  local v = {}
  for cell in (line .. ","):gmatch("([^,]*),") do v[#v + 1] = cell ~= "" and cell or nil or false end
  rows[#rows + 1] = { id = v[1], title = v[2] and v[2]:lower(), words = v[2] and " " .. v[2]:lower() .. " ", level = v[3], country = v[4],
    source = v[5], industry = v[6], where = v[7], employees = v[8] and tonumber(v[8]), revenue = v[9] and tonumber(v[9]) }
end
local function set(list)
  local out = {}
  for _, name in ipairs(list) do out[name] = true end
  return out
end
local function has(text, ...)
  for i = 1, select("#", ...) do if text:find((select(i, ...)), 1, true) then return true end end
  return false
end
local up, core, market = set { "director", "vp", "c_level" }, set { "DE", "US", "GB" }, set { "Software", "Manufacturing", "Logistics" }
local near, good, manager_up = set { "DE", "US" }, set { "referral", "partner" }, set { "manager", "director", "vp", "c_level" }
local rules = {
  { 12000, function(l) return l.title and has(l.title, "operations", "supply chain", "procurement") end },
  { 8000, function(l) return l.title and (has(l.title, "finance", "controller") or has(l.words, " cfo ")) end },
  { 6000, function(l) return l.title and (has(l.words, " it ") or has(l.title, "technology", "architect")) end },
  { 10000, function(l) return l.title and has(l.words, " head ", " chief ", " vp ") end },
  { -10000, function(l) return l.title and has(l.words, " assistant ", " intern ") end },
  { 15000, function(l) return l.level and up[l.level] end }, { 8000, function(l) return l.level == "manager" end },
  { -5000, function(l) return l.level == "individual" end }, { 15000, function(l) return l.industry and market[l.industry] end },
  { 5000, function(l) return l.industry == "Healthcare" end }, { -5000, function(l) return l.industry == "Education" end },
  { 15000, function(l) return l.employees and l.employees >= 200 and l.employees <= 5000 end },
  { 8000, function(l) return l.employees and l.employees > 5000 end }, { -15000, function(l) return l.employees and l.employees < 20 end },
  { 10000, function(l) return l.revenue and l.revenue >= 50e6 end },
  { 5000, function(l) return l.revenue and l.revenue >= 10e6 and l.revenue <= 50e6 end },
  { 8000, function(l) return core[l.country] end }, { 4000, function(l) return l.where and near[l.where] end },
  { 6000, function(l) return good[l.source] end },
  { -4000, function(l) return l.source == "advertisement" and l.level and not manager_up[l.level] end },
}
collectgarbage() -- what reading the file left behind is not the rules' to clear away
local points, began = {}, os.clock()
for i = 1, #rows do
  local row, sum = rows[i], 0
  for r = 1, #rules do
    local rule = rules[r]
    if rule[2](row) then sum = sum + rule[1] end
  end
  points[i] = sum
end
local ms = (os.clock() - began) * 1000
local out = assert(io.open(result, "w"))
for i, row in ipairs(rows) do out:write(("%s,%d\n"):format(row.id, math.max(0, math.min(100000, points[i])))) end
out:close()
print(("lua %.1f %d"):format(ms, #rows))
