-- Stand-ins for functions: spies, which note how they are called, and stubs, which stand for others until the test ends.
local expectation = require "assay.test.expect"
local show, same = expectation.show, expectation.same

-- The calls of a spy are its own: the table that tests hold only reads.
local double = {}
local calls_of = {}

---@class assay.Spy
---@overload fun(...: any): any
local spy = {}

---How often it was called.
---
---```lua
---local send = test.spy()
---send "a"
---expect(send:count()):is(1)
---```
---@return integer
function spy:count() return #calls_of[self] end

---The arguments of call i, as an array; the last call's when i is left out; nil when there was none.
---
---```lua
---local send = test.spy()
---send("ada@acme.example", 3)
---expect(send:arguments()):is { "ada@acme.example", 3, n = 2 }
---```
---@param i? integer
---@return table?
function spy:arguments(i)
  local calls = calls_of[self]
  return calls[i or #calls]
end

---Whether some call had these very arguments.
---
---```lua
---local send = test.spy()
---send("ada@acme.example", { subject = "hello" })
---expect(send:had("ada@acme.example", { subject = "hello" })):is_true()
---```
---@return boolean
function spy:had(...)
  local wanted = table.pack(...)
  for _, call in ipairs(calls_of[self]) do
    if same(call, wanted, 0) then return true end
  end
  return false
end

local spy_type = {
  __index = spy,
  __call = function(self, ...)
    local calls = calls_of[self]
    calls[#calls + 1] = table.pack(...)
    if self.answer ~= nil then return self.answer(...) end
  end,
  __tostring = function(self) return ("a spy that was called %d times"):format(#calls_of[self]) end,
}

---A function that notes its calls and answers with `answer`: a function is called through, any other value is given as it is.
---
---```lua
---local ask = test.spy { status = 200 }
---expect(ask("https://enrich.example/").status):is(200)
---expect(ask:count()):is(1)
---```
---@param answer? any
---@return assay.Spy
function double.spy(answer)
  if answer ~= nil and type(answer) ~= "function" then
    local value = answer
    answer = function() return value end
  end
  local made = setmetatable({ answer = answer }, spy_type)
  calls_of[made] = {}
  return made
end

-- What was replaced since the test began, latest last.
local replaced = {}

---Puts a spy in the place of holder[name] until the test ends, and gives it. What is replaced must be there: a stub for a name
---that is spelt wrong stands for nothing. The modules of the library are read-only; a pack's own are not.
---
---```lua
---local mail = { send = function() error "never in a test" end }
---local send = test.stub(mail, "send", "sent")
---expect(mail.send "ada@acme.example"):is "sent"
---expect(send:had "ada@acme.example"):is_true()
---```
---@param holder table
---@param name string
---@param answer? any
---@return assay.Spy
function double.stub(holder, name, answer)
  if type(holder) ~= "table" then
    error(("stub replaces an entry of a table, not of %s"):format(show(holder)), 2)
  end
  if holder[name] == nil then
    error(("there is no %s to stand for: a stub replaces what is there"):format(show(name)), 2)
  end
  local made = double.spy(answer)
  replaced[#replaced + 1] = { holder = holder, name = name, was = holder[name] }
  holder[name] = made
  return made
end

-- Puts back what stubs replaced.
function double.restore()
  for i = #replaced, 1, -1 do
    local one = replaced[i]
    one.holder[one.name] = one.was
    replaced[i] = nil
  end
end

return double
