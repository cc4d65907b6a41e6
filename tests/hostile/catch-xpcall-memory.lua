-- xpcall around growing, with a handler that grows.
-- says: attack.lua
-- says: the script needs more than
-- limits: memory=16M steps=100000000
return function(l)
  local t = {}
  xpcall(function() while true do t[#t + 1] = ("x"):rep(1e5) .. #t end end,
         function() while true do t[#t + 1] = ("y"):rep(1e5) .. #t end end)
end
