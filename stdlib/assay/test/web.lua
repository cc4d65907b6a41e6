-- The network of a test: answers that stand in a table. A request that is not there fails the test.
local expectation = require "assay.test.expect"
local http = require "assay.http"
local trial = require "assay.trial"

local web = {}

local ANSWER <const> = { status = true, json = true, body = true, headers = true, fails = true }
local FAILS <const> = { unreached = true, ["timed out"] = true, broken = true, ["too large"] = true, json = true }

local function check_answers(answers)
  if type(answers) ~= "table" then
    error('write http { ["GET https://enrich.example/companies"] = { json = { employees = 250 } } }', 3)
  end
  for what, answer in pairs(answers) do
    if type(what) ~= "string" or not what:match "^%u+ %S+$" or type(answer) ~= "table" then
      error(("an answer stands under its request, %q = { json = … }, not under %q"):format("GET https://…", tostring(what)), 3)
    end
    for key in pairs(answer) do
      if not ANSWER[key] then error(("an answer knows no %q: status, json, body, headers or fails"):format(tostring(key)), 3) end
    end
    if answer.fails ~= nil and not FAILS[answer.fails] then
      error(("fails says %q; a request is unreached, timed out, broken, too large or json"):format(tostring(answer.fails)), 3)
    end
  end
end

local function whole_url(url, query)
  local parts = {}
  for name, value in pairs(query or {}) do parts[#parts + 1] = http.encode(tostring(name)) .. "=" .. http.encode(tostring(value)) end
  if #parts == 0 then return url end
  return url .. (url:find("?", 1, true) and "&" or "?") .. table.concat(parts, "&")
end

local function answer_of(answers, asked, method, url, options, sent)
  local what = method .. " " .. whole_url(url, options and options.query)
  asked[#asked + 1] = { what = what, sent = sent, headers = options and options.headers or nil }
  local answer = answers[what]
  if answer == nil then
    local how = asked.from and (", nor does %s_test.json: record it with assay enrich --record"):format(asked.from) or ""
    expectation.fail(("the test gives no answer to %q%s"):format(what, how))
  end
  if answer.fails then return nil, url .. ": " .. answer.fails, answer.fails end
  local status = answer.status or 200
  if status == 429 or status >= 500 then return nil, ("%s answered %d"):format(url, status), "status" end
  local body = answer.body or (answer.json ~= nil and http.to_json(answer.json)) or ""
  return { status = status, ok = status >= 200 and status < 300, body = body, json = answer.json, headers = answer.headers or {},
           url = url }
end

---What stands for `assay.http` in a test: it answers from a table, under "METHOD URL" with the query as it is sent, and fails the test
---at any other request. An answer has `status` (200), `json` or `body`, and `headers`; `fails` says how a request fails. `asked` lists what
---was asked: `{ what, sent, headers }` each. Give it to the function of an enrichment, which stands best in a file of its own.
---
---```lua
---local net = test.http {
---  ["GET https://enrich.example/companies?domain=acme.example"] = { json = { employees = 250 } },
---  ["POST https://enrich.example/match"] = { fails = "timed out" },
---}
---local answer = net.get("https://enrich.example/companies", { query = { domain = "acme.example" } })
---expect(answer.json.employees):is(250)
---expect(select(3, net.post("https://enrich.example/match", { name = "Acme" }))):is "timed out"
---expect(#net.asked):is(2)
---```
---@param answers table<string, { status?: integer, json?: any, body?: string, headers?: table<string, string>, fails?: string }>
---@return table
function web.http(answers)
  check_answers(answers)
  local asked = {}
  return {
    asked = asked,
    get = function(url, options) return answer_of(answers, asked, "GET", url, options) end,
    post = function(url, body, options) return answer_of(answers, asked, "POST", url, options, body) end,
    request = function(options)
      return answer_of(answers, asked, options.method or "GET", options.url, options, options.json or options.body)
    end,
    secret = function(name) return "{" .. name .. "}" end,
    from_json = http.from_json,
    to_json = http.to_json,
    encode = http.encode,
  }
end

---The same with answers that were recorded: `assay enrich --record size_test.json` keeps what providers answer in a file, which
---belongs beside the pack's tests. A request that is not recorded fails the test and says how to record it.
---
---```lua
---expect(function() test.recorded "size" end):fails_with "assay enrich --record size_test.json"
---```
---@param name string the file's name without "_test.json"
---@return table
function web.recorded(name)
  local list, why = http.from_json(trial.recording(name))
  if type(list) ~= "table" then error(("%s_test.json is no recording: %s"):format(name, tostring(why)), 2) end
  local answers = {}
  for _, taped in ipairs(list) do
    local said = taped.response
    local body = said.text or (said.json ~= nil and http.to_json(said.json)) or nil
    -- a secret stands by its name in both, but here within a query
    local url = taped.request.url:gsub("%[secret ([^%]]+)%]", function(secret) return http.encode("{" .. secret .. "}") end)
    answers[taped.request.method .. " " .. url] =
      { status = said.status, json = said.json, body = body, headers = said.headers, fails = said.outcome }
  end
  local net = web.http(answers)
  net.asked.from = name
  return net
end

return web
