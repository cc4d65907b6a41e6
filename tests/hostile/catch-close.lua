-- A variable to be closed, whose closer never ends.
-- says: attack.lua:4: in the function of "attack": setmetatable refuses __close
return function(l)
  local x <close> = setmetatable({}, { __close = function() while true do end end })
end
