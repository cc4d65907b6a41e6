-- A comparator that sorts.
-- says: C stack overflow
return function(l)
  local function by(a, b) local t = { 2, 1 } table.sort(t, by) return a < b end
  by(1, 2)
end
