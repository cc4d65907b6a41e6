-- A memory in another file of the pack.
-- says: cannot require files of the pack
return function(l)
  require "attack"
end
