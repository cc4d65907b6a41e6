local q = require "assay.qualification"
local m = q.model "economics"
m:gate "nurture" { criteria = { title = q.lead.title:known() } }
return m
