-- A word of megabytes in megabytes: done in one go.
return function(l)
  local s = ("a"):rep(8e6)
  return s:find(("a"):rep(4e6) .. "b", 1, true) or 0
end
