-- Calls that take their time in C, against the clock alone.
-- says: the script spent its budget of time
-- limits: call=200ms
return function(l)
  local s = ("a"):rep(5e6)
  while true do s:find("(.-)(.-)b") end
end
