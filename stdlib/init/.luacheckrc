-- Rules run in a sandbox: what it does not offer is a mistake here too.
std = "lua54"
not_globals = { "collectgarbage", "coroutine", "debug", "dofile", "io", "load", "loadfile", "os", "package" }
max_line_length = 120
exclude_files = { ".assay/**" }
