/* A policy of retries from Lua. */
#ifndef TN_LUA_RETRY_POLICY_H
#define TN_LUA_RETRY_POLICY_H

#include <lua.h>

#include "retry.h"

/* The least deadline that is no user's own. A call may have to wait until all that may be in flight have started at
 * that rate. */
int64_t least_deadline(long timeout_ms, int concurrency, double rate);

/* The policy of the option `retry` of the table at that index: false, a table, or nothing. */
retry_policy read_retry_policy(lua_State *L, int index, int64_t least_deadline_ms);

#endif
