-- A table for points.
-- says: it returned a table
return function(l) return {} end
