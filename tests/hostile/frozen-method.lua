-- A method of texts replaced.
-- says: attempt to index
return function(l)
  local x = "x" x.rep = nil
end
