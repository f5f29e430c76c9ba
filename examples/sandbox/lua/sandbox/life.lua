--- The sandbox ends by itself: after its lifetime, and when its owner has gone.

local ffi = require "ffi"

ffi.cdef [[
int kill(int pid, int signal);
int getpid(void);
]]

local SIGTERM, EPERM, EVERY = 15, 1, 1

local life = {}

local function owner_has_gone(owner)
  return owner and ffi.C.kill(owner, 0) ~= 0 and ffi.errno() ~= EPERM
end

function life.start()
  local ends = ngx.now() + (tonumber(os.getenv "SANDBOX_LIFETIME") or 3600)
  local owner = tonumber(os.getenv "SANDBOX_OWNER")
  assert(ngx.timer.every(EVERY, function(leaving)
    if leaving then return end
    ngx.update_time()
    if ngx.now() > ends or owner_has_gone(owner) then ffi.C.kill(ffi.C.getpid(), SIGTERM) end
  end))
end

return life
