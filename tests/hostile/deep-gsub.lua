-- A replacement that replaces.
-- says: C stack overflow
return function(l)
  local function f(s) return (s:gsub(".", f)) end
  return #f("a")
end
