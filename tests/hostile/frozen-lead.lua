-- A fact changed by a rule.
-- says: a function cannot change a lead
return function(l)
  l.title = "CEO"
end
