std = "lua51+lua52+lua53+lua54+luajit"
max_line_length = 100
max_comment_line_length = false -- annotations cannot be broken
files["spec"] = { std = "+busted", max_line_length = 110 }
files["spec/integration/nginx/app.lua"] = { std = "ngx_lua" }
files["spec/bench/nginx_handlers.lua"] = { std = "ngx_lua", read_globals = { "upstream" } }
files["spec/bench/every_2_ms.lua"] = { globals = { "delay" } }
files["lua/twilio/numbers/nginx"] = { std = "ngx_lua" }
files["spec/memory/scenario.lua"] = { read_globals = { "arm" } }
files["examples/sandbox"] = { std = "ngx_lua" }
files["examples/openresty"] = { std = "ngx_lua" }
files["examples/recipes/openresty_handler.lua"] = { std = "ngx_lua" }
files["examples/recipes/webhook_receiver.lua"] = { std = "ngx_lua" }
files["examples/recipes/*_spec.lua"] = { std = "+busted" }
exclude_files = { ".build", ".rocks" }
