--- The MIME type of a PDF or an image, told by its first bytes.

local file_type = {}

--- How many bytes are looked at. A PDF may have other bytes before its mark.
file_type.HEAD = 1024

--- A pattern for the first bytes, the type, and the usual end of a file's name.
local images = {
  { "^\137PNG\r\n\26\n", "image/png", "png" },
  { "^\255\216\255", "image/jpeg", "jpg" },
  { "^GIF8[79]a", "image/gif", "gif" },
  { "^II%*[%z\8]", "image/tiff", "tif" },
  { "^MM%z%*", "image/tiff", "tif" },
  { "^RIFF....WEBP", "image/webp", "webp" },
  { "^....ftyphei[cx]", "image/heic", "heic" },
  { "^....ftypmif1", "image/heif", "heif" },
}

---@param head string the first bytes of a file
---@return string? mime_type nil if it is of no kind that is known
---@return string? extension
function file_type.of(head)
  for _, image in ipairs(images) do
    if head:find(image[1]) then return image[2], image[3] end
  end
  if head:find "%%PDF%-" then return "application/pdf", "pdf" end
end

return file_type
