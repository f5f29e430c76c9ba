--- What a file is, by its first bytes.

local file_type = require "twilio.numbers.util.file_type"

describe("file_type.of", function()
  for head, expected in pairs {
    ["%PDF-1.7\n"] = { "application/pdf", "pdf" },
    ["\239\187\191junk %PDF-1.4"] = { "application/pdf", "pdf" },
    ["\137PNG\r\n\26\n\0\0\0\13IHDR"] = { "image/png", "png" },
    ["\255\216\255\224\0\16JFIF"] = { "image/jpeg", "jpg" },
    ["GIF87a"] = { "image/gif", "gif" },
    ["GIF89a"] = { "image/gif", "gif" },
    ["II*\0\8\0\0\0"] = { "image/tiff", "tif" },
    ["MM\0*\0\0\0\8"] = { "image/tiff", "tif" },
    ["RIFF\1\2\3\4WEBPVP8 "] = { "image/webp", "webp" },
    ["\0\0\0\24ftypheic"] = { "image/heic", "heic" },
    ["\0\0\0\24ftypmif1"] = { "image/heif", "heif" },
  } do
    it("knows " .. expected[1] .. ", as " .. #head .. " bytes say", function()
      assert.are.same(expected, { file_type.of(head) })
    end)
  end

  it("knows nothing of other files", function()
    for _, head in ipairs {
      "", "PDF", "PK\3\4", "<html>", "plain text", "\0\0\0\24ftypisom", "RIFF....WAVE",
    } do
      assert.is_nil(file_type.of(head))
    end
  end)
end)
