#include "retry_policy.h"

#include <lauxlib.h>
#include <math.h>

#include "compat.h"
#include "options.h"
#include "time_limit.h"

static const retry_policy DEFAULT_POLICY = {
    .attempts = 5, .base_ms = 500, .cap_ms = 30000, .deadline_ms = 120000};

int64_t least_deadline(long timeout_ms, int concurrency, double rate) {
  double turn_ms = rate > 0 ? fmin(concurrency * 1000.0 / rate, 1e12) : 0;
  return timeout_ms + (int64_t)turn_ms;
}

static void read_table(lua_State *L, int table, retry_policy *policy) {
  static const char *const names[] = {"attempts", "base", "cap", "deadline", NULL};
  options_only(L, table, names);
  policy->attempts = (int)option_count(L, table, "attempts", policy->attempts, 1000);
  policy->base_ms = option_milliseconds(L, table, "base", (long)policy->base_ms);
  policy->cap_ms = option_milliseconds(L, table, "cap", (long)policy->cap_ms);
  long deadline_ms = option_milliseconds(L, table, "deadline", 0);
  policy->has_own_deadline = deadline_ms > 0;
  if (policy->has_own_deadline)
    policy->deadline_ms = deadline_ms;
}

retry_policy read_retry_policy(lua_State *L, int index, int64_t least_deadline_ms) {
  retry_policy policy = DEFAULT_POLICY;
  if (policy.deadline_ms < least_deadline_ms)
    policy.deadline_ms = least_deadline_ms;
  lua_getfield(L, index, "retry");
  if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
    policy.attempts = 1;
    policy.deadline_ms = TIME_LIMIT_NONE;
  } else if (lua_istable(L, -1)) {
    read_table(L, lua_gettop(L), &policy);
  } else if (!lua_isnil(L, -1)) {
    luaL_error(L, "option 'retry': a table or false expected, got %s", luaL_typename(L, -1));
  }
  lua_pop(L, 1);
  return policy;
}
