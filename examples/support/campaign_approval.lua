--- Four eyes: a plan is approved by a second person's signature, made and verified by ssh-keygen. It is a signature of a
--- statement that has the plan's hash. Where a policy names the persons who may approve, no other plan is applied.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local plan_file = require "campaign_plan_file"
local shell = require "shell"

local approval = {}

local NAMESPACE = "twilio-numbers-plan"
local SIGNATURE = "-----BEGIN SSH SIGNATURE-----"

--- Runs a shell command. Its output is read from a file.
local function run(command)
  local path = os.tmpname()
  local result = os.execute(command .. " >" .. cli.quoted(path) .. " 2>&1")
  local file = io.open(path, "rb")
  local output = file and file:read "*a" or ""
  if file then file:close() end
  os.remove(path)
  return result == true or result == 0, output
end

--- Calls a function with the names of files that have these texts.
local function with_files(texts, call)
  local paths = {}
  for i, text in ipairs(texts) do
    paths[i] = os.tmpname()
    local ok, why = campaign.write_private(paths[i], text)
    if not ok then cli.refuse(("cannot write %s: %s"):format(paths[i], tostring(why))) end
  end
  local results = { call((table.unpack or unpack)(paths)) }
  for _, path in ipairs(paths) do os.remove(path) end
  return (table.unpack or unpack)(results, 1, 3)
end

--- What is signed. The plan's hash stands for its every byte.
local function statement_of(plan, time)
  local sum = plan:extent()
  return ("I approve the cancellation of %d targets, %d telephone numbers.\nplan %s\nat %s\n")
    :format(sum.targets, sum.numbers, plan.id, time)
end

--- Whether the statement is of this plan; its time.
local function read_statement(statement, plan)
  local time = statement:match "\nat (%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ)\n$"
  if time and statement == statement_of(plan, time) then return time end
end

local function name_for(options)
  return options.approval or options.plan and options.plan:gsub("%.json$", "") .. ".approval"
end

--- The command `approve`: signs with a key of the one who runs it.
function approval.approve(options)
  local plan = plan_file.read(options.plan)
  local path = name_for(options)
  if plan:count "cancel" == 0 then cli.exit(cli.nothing, "The plan cancels nothing.") end
  cli.print(tostring(plan) .. ".")
  local statement = statement_of(plan, os.date "!%Y-%m-%dT%H:%M:%SZ")
  local ok, signature = with_files({ statement }, function(file)
    return run(("ssh-keygen -Y sign -f %s -n %s <%s"):format(cli.quoted(options.key), NAMESPACE,
      cli.quoted(file)))
  end)
  local start = signature:find(SIGNATURE, 1, true)
  if not ok or not start then cli.refuse("ssh-keygen could not sign: " .. signature) end
  local why
  ok, why = campaign.write_private(path, statement .. signature:sub(start))
  if not ok then cli.refuse(("cannot write %s: %s"):format(path, tostring(why))) end
  cli.print(("Signed. The approval is in %s."):format(path))
  cli.exit(0)
end

--- Who has signed, and with which key; nil and why not.
local function verify(statement, signature, signers)
  return with_files({ statement, signature }, function(text, sig)
    text, sig = cli.quoted(text), cli.quoted(sig)
    signers = cli.quoted(signers)
    local known, names = run(("ssh-keygen -Y find-principals -s %s -f %s"):format(sig, signers))
    local name = known and names:match "^[^\r\n,]+"
    if not name then return nil, "it is not signed by one who may approve" end
    if names:find "[*?!]" or names:find "[\r\n,]+[^\r\n,]" then
      return nil, "those who may approve are not told apart: each key needs one name, without * ? !"
    end
    local good, said = run(("ssh-keygen -Y verify -f %s -I %s -n %s -s %s <%s"):format(signers,
      cli.quoted(name), NAMESPACE, sig, text))
    local key = said:match "with ([%w-]+ key SHA256:[%w+/=]+)"
    if good and key then return name, key end
    return nil, "its signature is not good"
  end)
end

local function user_of(name) return name:match("^[^@]*"):lower() end

--- Checks an approval of a plan. Returns what the ledger keeps of it; or nil and why it does not count.
local function check(plan, text, signers)
  local statement, signature = text:match("^(.-)(" .. SIGNATURE:gsub("%-", "%%-") .. ".*)$")
  local time = statement and read_statement(statement, plan)
  if not time then return nil, "it is not of this plan" end
  local approver, key = verify(statement, signature, signers)
  if not approver then return nil, key end
  if not plan.planned_by then return nil, "the plan does not say who made it: make a new plan" end
  if user_of(approver) == user_of(plan.planned_by) then
    return nil, ("%s has planned it, and cannot approve it"):format(approver)
  end
  return { approver = approver, approved_at = time, key = key, statement = statement,
    signature = signature }
end

--- The policy of the machine, which whoever runs the script should not be able to write.
local SYSTEM = "/etc/twilio-numbers/allowed_signers"

--- The file that names who may approve: that of the machine, else one beside the script. No option changes those. What
--- cannot be looked at is a policy, too.
local function policy_of(options)
  for _, path in ipairs { SYSTEM, cli.beside "allowed_signers" } do
    if not shell.is_missing(path) then return path end
  end
  return options.allowed_signers
end

--- Ends the script if the persons who may approve cannot be read.
local function check_signers(path)
  local file, why = io.open(path, "rb")
  if not file then cli.refuse("cannot read who may approve: " .. why) end
  file:close()
end

--- The approval that a run needs by the policy; nil if there is no policy; or nil and why the plan is not approved.
---@param options table
---@param plan twilio.numbers.Plan
---@param recorded twilio.numbers.Approval[]? what the ledger has
---@return twilio.numbers.Approval?
---@return string?
function approval.find(options, plan, recorded)
  local signers = policy_of(options)
  if not signers then return nil end
  check_signers(signers)
  local why = "there is none"
  for _, one in ipairs(recorded or {}) do
    local found = one.statement and one.signature
      and check(plan, one.statement .. one.signature, signers)
    if found then return found end
  end
  local path = name_for(options)
  if not path or not shell.is_file(path) then return nil, why end
  return check(plan, cli.read_file(path), signers)
end

--- The same. Ends the script where the approval is missing.
function approval.required(options, plan, recorded)
  local found, why = approval.find(options, plan, recorded)
  if not why then return found end
  cli.exit(cli.plan_refused, ("the plan is not approved: %s. Nothing was sent."):format(why))
end

return approval
