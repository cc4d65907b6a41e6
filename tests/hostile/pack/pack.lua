-- The pack every hostile script becomes part of, as attack.lua.
return require "assay.pack" "hostile" {
  owner = "attacker@example.com",
  fields = { lead = { title = "text" } },
  events = { page_view = { by = "buyer", intent = "content" } },
  lists = { rivals = "lists/rivals.txt" },
  rules = { "rules" },
}
