--- Texts as they really come, and those that were found, to be mutated: the files of spec/attack/corpus.

local support = require "spec.support"

local corpus = {}

local function read(name)
  local folder, texts = "spec/attack/corpus/" .. name .. "/", {}
  for file in support.run("LC_ALL=C ls " .. folder):gmatch "[^\n]+" do
    texts[#texts + 1] = support.read_file(folder .. file)
  end
  assert(#texts > 0, name)
  return texts
end

corpus.bodies = read "bodies" -- answers, in the shapes of several versions of the API
corpus.csv = read "csv" -- files with port-ins or numbers

return corpus
