--- axe-core, which finds what makes a page hard to use for some: brought by npm into .build/.

local cjson = require "cjson"
local support = require "spec.support"

local axe = {}

local VERSION = "4.14.1"
local FOLDER = ".build/axe-" .. VERSION

local source

--- Its program; nil where npm cannot bring it.
local function load()
  local path = FOLDER .. "/node_modules/axe-core/axe.min.js"
  local ok, text = pcall(support.read_file, path)
  if not ok then
    support.run(("timeout 120 npm install --silent --prefix %s axe-core@%s"):format(FOLDER, VERSION))
    ok, text = pcall(support.read_file, path)
  end
  return ok and text or nil
end

function axe.is_there()
  source = source or load()
  return source ~= nil
end

--- What it finds on a page as it stands now, a line for each element.
---@param page table of spec/support/browser.lua
---@return string[]
function axe.findings(page)
  page:run(source .. [[
    window.axe = axe;
    window.found = null;
    axe.run(document, { resultTypes: ['violations'] }).then(results => { window.found = results },
      error => { window.found = { broken: String(error) } });
  ]])
  page:wait_for "window.found !== null"
  local found = cjson.decode(page:run "return JSON.stringify(window.found)")
  assert(not found.broken, found.broken)
  local lines = {}
  for _, violation in ipairs(found.violations) do
    for _, node in ipairs(violation.nodes) do
      lines[#lines + 1] = ("%s: %s: %s"):format(violation.id, node.html, node.failureSummary)
    end
  end
  return lines
end

return axe
