-- A list by its whole path.
-- says: pack.lua
-- as: pack.lua
return require "assay.pack" "hostile" {
  owner = "attacker@example.com",
  lists = { stolen = "/etc/passwd" },
  rules = { "rules" },
}
