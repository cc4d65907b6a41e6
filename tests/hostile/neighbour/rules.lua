local q = require "assay.qualification"
local m = q.model "neighbour"
m:score "fit":rule "has a title" {
  points = function(l)
    if l.title then return 10, "it has a title" end
  end,
}
m:gate "nurture" { criteria = { title = q.lead.title:known() } }
