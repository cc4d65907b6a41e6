-- An environment of its own, to be written to.
-- says: attack.lua:5
local _ENV = { require = require }
return function(l)
  count = (count or 0) + 1
  return count
end
