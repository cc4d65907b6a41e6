-- More points than all rules may give.
-- says: it returned more than 1000000 points
return function(l) return 1e300 end
