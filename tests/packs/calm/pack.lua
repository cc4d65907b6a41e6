-- A second team that writes to the same people, at hours and on days of its own, for the twins.
return require "assay.pack" "calm" {
  owner  = "community@ours.example",
  fields = { lead = { title = "text", country = "text", timezone = "text" } },
  rules  = { "rules" },
}
