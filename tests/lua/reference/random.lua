-- A generator of our own, so that a seed means the same cases on every machine and version of Lua: xorshift64* (Vigna).
local random = {}
random.__index = random

function random.new(seed)
  local state = (seed * 0x9E3779B97F4A7C15) ~ 0x2545F4914F6CDD1D
  if state == 0 then state = 1 end
  return setmetatable({ state = state }, random)
end

function random:next()
  local x = self.state
  x = x ~ (x >> 12)
  x = x ~ (x << 25)
  x = x ~ (x >> 27)
  self.state = x
  return (x * 0x2545F4914F6CDD1D) >> 16
end

-- A whole number from low to high.
function random:int(low, high) return low + self:next() % (high - low + 1) end

-- True so often of a hundred.
function random:chance(percent) return self:next() % 100 < percent end

function random:pick(list) return list[self:int(1, #list)] end

-- Some of the list, each with a chance, at least one; in the list's order.
function random:some(list, percent)
  local some = {}
  for _, item in ipairs(list) do
    if self:chance(percent) then some[#some + 1] = item end
  end
  if #some == 0 then some[1] = self:pick(list) end
  return some
end

return random
