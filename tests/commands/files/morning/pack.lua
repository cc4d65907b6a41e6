-- The smallest team that has everything: a score, three gates, a track, an account plan.
local pack = require "assay.pack"
return pack "morning" {
  owner   = "revops@ours.example",
  labels  = { worth_a_call = "MQL", sales_ready = "SAL" },
  answers = { need = { ask = "Which problem would you solve first?", values = { "none", "acknowledged", "confirmed" } } },
  rules   = { "qualification", "nurturing", "accounts" },
}
