--- Makes the body of an upload: fields, and a file that is read while it is sent. What is wrong with the fields and the
--- file comes back as one error, before anything is sent.

local bodies = require "twilio.numbers.api.contract.bodies"
local body = require "twilio.numbers.api.body"
local contract = require "twilio.numbers.api.contract"
local excerpt = require "twilio.numbers.util.excerpt"
local file_type = require "twilio.numbers.util.file_type"
local null = require("twilio.numbers.core").null
local system = require "twilio.numbers.util.system"
local utf8 = require "twilio.numbers.util.utf8"

local upload = {}

local MOST = 10 * 1024 * 1024 -- bytes of the file
local SHOWN = 200 -- bytes of its path in a message

--- The fields that say what the file's part is; all others are parts of their own.
local of_file = { file = true, content = true, file_name = true, mime_type = true }

local function given(value)
  return value ~= nil and value ~= null
end

--- What is wrong with a source that was opened, in words; and its first bytes.
local function look_at(source)
  local size = source:size()
  if size == 0 then return "it is empty" end
  if size > MOST then
    return ("at most 10 MB (%.0f bytes) expected, got %.0f bytes"):format(MOST, size)
  end
  local head, why = source:head(file_type.HEAD)
  return why, head
end

--- Opens the file or the content. What is wrong is added to the problems, under the field's name.
local function open(copy, shown, add)
  local name = copy.file and "file" or "content"
  local prefix = copy.file and shown .. ": " or ""
  local source, why
  if copy.file then
    source, why = system.file_source(copy.file)
    if not source then return add(name, prefix .. "it cannot be read, " .. why) end
  else
    source = system.text_source(copy.content)
  end
  local problem, head = look_at(source)
  if not problem then return source, head end
  source:close()
  add(name, prefix .. problem)
end

--- Its MIME type, as its first bytes or else the caller says.
local function type_of(copy, head, shown, add)
  local found, extension = file_type.of(head)
  if not found and not copy.mime_type then
    add(copy.file and "file" or "content", (copy.file and shown .. ": " or "")
      .. "a PDF or an image expected, its first bytes are of neither")
  elseif found and copy.mime_type and copy.mime_type ~= found then
    add("mime_type", ("the file's first bytes are those of %s"):format(found))
  end
  return found or copy.mime_type, extension
end

--- The name by which the API gets to know it.
local function name_of(copy, extension)
  local own = copy.file and copy.file:match "[^/\\]+$"
  local is_clean = own and utf8.clean(own) == own and not own:find "[\1-\31\127]" and #own <= 255
  return copy.file_name or is_clean and own or "document." .. (extension or "bin")
end

--- The parts beside the file, in the schema's order.
local function parts_of(schema, copy)
  local parts = {}
  for _, field in ipairs(schema.fields) do
    local text = copy[field.name]
    if text and not of_file[field.name] then
      parts[#parts + 1] = { name = field.name, text = text }
    end
  end
  return parts
end

--- The body of an upload. The file is open until its `multipart.source` is closed. Fields that are no table raise.
---@param id string the operation's id in the contract
---@param fields table
---@return twilio.numbers.Body?
---@return twilio.numbers.Error? # of kind "invalid", with `problems`
function upload.make(id, fields)
  local operation, copy, problems = contract.operations[id], body.check(id, fields)
  local function add(path, message)
    problems[#problems + 1] = { path = path, message = message }
  end
  local has_file, has_content = given(fields.file), given(fields.content)
  if has_file and has_content then
    add("content", "file is given as well")
  elseif not has_file and not has_content then
    add("file", "it is required, or content")
  end
  local shown = copy.file and '"' .. excerpt(copy.file, SHOWN) .. '"' or "the content"
  local source, head, mime_type, extension
  if (copy.file or copy.content) and not (has_file and has_content) then
    source, head = open(copy, shown, add)
    if source then mime_type, extension = type_of(copy, head, shown, add) end
  end
  if #problems > 0 then
    if source then source:close() end
    return nil, body.error(id, problems)
  end
  return {
    multipart = {
      fields = parts_of(bodies[operation.body], copy), name = operation.multipart,
      file_name = name_of(copy, extension), type = mime_type, source = source,
    },
    values = body.values(id, copy), file = shown,
  }
end

return upload
