-- A table that forgets when the collector likes.
-- says: setmetatable refuses __mode
return function(l)
  local m = {}
  local t = setmetatable({}, m)
  m["__" .. "mode"] = "k"
end
