std = "lua51+lua52+lua53+lua54+luajit"
max_line_length = 100
max_comment_line_length = false -- annotations cannot be broken
files["spec"] = { std = "+busted" }
files["spec/memory/scenario.lua"] = { read_globals = { "arm" } }
files["examples/sandbox"] = { std = "ngx_lua" }
exclude_files = { ".build", ".rocks" }
