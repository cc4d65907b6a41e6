-- A list that is a link.
-- says: pack.lua
-- as: pack.lua
return require "assay.pack" "hostile" {
  owner = "attacker@example.com",
  lists = { stolen = "lists/linked.txt" },
  rules = { "rules" },
}
