-- Tests that leave something to notice, as tests/commands/coverage.md shows.
local test = require "assay.test"
local it, each, expect, decide = test.it, test.each, test.expect, test.decide

each { [9] = 0, [10] = 40 }
("big has an exact border", function(points, employees)
  local d = decide { lead = { email = "ada@acme.example" }, account = { employees = employees, industry = "Software" } }
  expect(d:points "big"):is(points)
  expect(d:points "software"):is(30)
  expect(d:criterion("nurture", "size")):is "yes"
end)
