-- A closer planted after the metatable is in use.
-- says: attack.lua:7: in the function of "attack": setmetatable refuses __close
return function(l)
  local m = {}
  local x <close> = nil
  local t = setmetatable({}, m)
  m.__close = function() while true do end end
end
