-- A list outside of the pack.
-- says: pack.lua
-- as: pack.lua
return require "assay.pack" "hostile" {
  owner = "attacker@example.com",
  lists = { stolen = "../outside.lua" },
  rules = { "rules" },
}
