-- The functions of functions/model.lua under bare Lua, which builds a table of each lead from columns.
--   lua5.4 functions.lua MODEL.lua FACTS.csv RESULT.csv LEADS
local model, file, result, most = arg[1], arg[2], arg[3], tonumber(arg[4])
local columns = {}
for i = 1, 9 do columns[i] = {} end
local n, lines = 0, io.lines(file)
lines()
for line in lines do
  if n == most then break end
  n = n + 1
  local c = 0
  for cell in (line .. ","):gmatch("([^,]*),") do
    c = c + 1
    columns[c][n] = cell ~= "" and cell or false
  end
  for _, number in ipairs { 8, 9 } do columns[number][n] = columns[number][n] and tonumber(columns[number][n]) end
end
-- What the model asks of the library: rules, kept in their order.
local rules = {}
local score = { rule = function(_, name) return function(options) rules[#rules + 1] = options.points end end }
package.preload["assay.qualification"] = function()
  return { model = function() return { score = function() return score end } end }
end
dofile(model)

local id, title, level, country, source, industry, where, employees, revenue = table.unpack(columns)
collectgarbage() -- what reading the file left behind is not the rules' to clear away
local points, began = {}, os.clock()
for i = 1, n do
  local lead = { title = title[i] or nil, job_level = level[i] or nil, country = country[i] or nil, source = source[i] or nil,
    account = { industry = industry[i] or nil, country = where[i] or nil, employees = employees[i] or nil, revenue = revenue[i] or nil } }
  local sum = 0
  for r = 1, #rules do sum = sum + rules[r](lead) end
  points[i] = math.max(0, math.min(100, sum))
end
local ms = (os.clock() - began) * 1000
local out = assert(io.open(result, "w"))
for i = 1, n do out:write(("%s,%d\n"):format(id[i], points[i] * 1000)) end
out:close()
print(("functions %.1f %d"):format(ms, n))
