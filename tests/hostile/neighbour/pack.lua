-- The pack beside it: whatever happens there, it runs and stores its decisions.
return require "assay.pack" "neighbour" {
  owner = "ops@neighbour.example",
  fields = { lead = { title = "text" } },
  rules = { "rules" },
}
