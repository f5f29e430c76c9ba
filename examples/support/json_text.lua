--- JSON as the scripts print it. It is whole however a script ends: `cli.exit` has it finished.

local cli = require "cli"
local json_encode = require "json_encode"

local json_text = { encode = json_encode.encode, empty_array = json_encode.empty_array }

local function text_of(value)
  return type(value) == "string" and value or json_encode.encode(value)
end

--- Prints a value, or a text of JSON, on a line of its own.
---@param value table|string
function json_text.print(value) cli.write_json(text_of(value) .. "\n") end

--- Prints values, each on a line of its own. The last one tells what has ended the script, unless it came to its end.
---@return fun(value: table|string) print_value
function json_text.lines()
  function cli.finish_json(failure)
    if failure then json_text.print(failure) end
  end
  return json_text.print
end

--- Prints an array item by item. The last one tells what has ended the script, unless it came to its end. Without any item
--- what has failed is not in an array.
---@return fun(item: table|string) print_item
function json_text.array()
  local separator = "[\n"
  local function print_item(item)
    cli.write_json(separator .. text_of(item))
    separator = ",\n"
  end
  function cli.finish_json(failure)
    local is_empty = separator == "[\n"
    if is_empty then return cli.write_json((failure or "[]") .. "\n") end
    if failure then print_item(failure) end
    cli.write "\n]\n"
  end
  return print_item
end

return json_text
