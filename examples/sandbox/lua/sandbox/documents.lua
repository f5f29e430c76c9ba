--- Reads the upload of a document: multipart/form-data (RFC 7578).

local documents = {}

local MOST = 10 * 1024 * 1024 -- bytes of the file

--- The first bytes of what may be uploaded, and its MIME type.
local kinds = {
  { "%PDF-", "application/pdf" }, { "\137PNG\r\n\26\n", "image/png" },
  { "\255\216\255", "image/jpeg" },
}

local function mime_type(data)
  for _, kind in ipairs(kinds) do
    if data:sub(1, #kind[1]) == kind[1] then return kind[2] end
  end
end

--- The parts by name, each its data; nil if it is no such body.
local function parts(body, content_type)
  local mark = content_type and content_type:match "^multipart/form%-data;.*boundary=([^;]+)"
  if not mark then return nil end
  local delimiter = "\r\n--" .. mark:gsub('^"(.*)"$', "%1")
  body = "\r\n" .. body
  local found, from = {}, select(2, body:find(delimiter, 1, true))
  while from and body:sub(from + 1, from + 2) == "\r\n" do
    local head_end, data_begin = body:find("\r\n\r\n", from + 1, true)
    local data_end, next_from = body:find(delimiter, data_begin or #body + 1, true)
    if not data_end then return nil end
    local name = body:sub(from + 1, head_end):match '[; ]name="([^"]*)"'
    if name then found[name] = body:sub(data_begin + 1, data_end - 1) end
    from = next_from
  end
  return from and body:sub(from + 1, from + 2) == "--" and found or nil
end

--- The fields of an upload; or nil and the name of what is wrong.
function documents.read(body, content_type)
  local found = parts(body or "", content_type)
  if not found then return nil, "multipart/form-data" end
  if found.document_type ~= "utility_bill" then return nil, "document_type" end
  local file = found.File
  local kind = file and #file <= MOST and mime_type(file)
  if not kind then return nil, "File" end
  return { document_type = found.document_type, friendly_name = found.friendly_name,
    mime_type = kind }
end

return documents
