/* An engine as a Lua object: submit, step, take, cancel. Network work is done by submit, as far as it
 * needs no wait, by begin and by step, and only step waits. */
#include <limits.h>

#include "compat.h"
#include "engine_object.h"
#include "url.h"

static engine *check_any(lua_State *L) {
  return check_class(L, 1, ENGINE);
}

static engine *check(lua_State *L) {
  engine *e = check_any(L);
  if (e->closed)
    luaL_argerror(L, 1, "the engine is closed");
  return e;
}

static void push_links(lua_State *L) {
  lua_createtable(L, LINK_SPARE, 0);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, LINK_ENGINE);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, -2, LINK_TRANSFERS);
  lua_pushcfunction(L, read_taken);
  lua_rawseti(L, -2, LINK_READER);
}

static int l_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  engine *e = lua_newuserdata(L, sizeof *e);
  engine_open(e);
  luaL_getmetatable(L, ENGINE);
  lua_setmetatable(L, -2);
  push_links(L);
  compat_setuservalue(L, -2);
  read_settings(L, e);
  return 1;
}

/* validate(url): the reason why submit would refuse the URL, or nil. */
static int l_validate(lua_State *L) {
  size_t length;
  const char *url = luaL_checklstring(L, 2, &length);
  const char *reason = url_validate(check(L), url, length);
  if (reason == URL_NO_MEMORY)
    return luaL_error(L, "%s", reason);
  lua_pushstring(L, reason); /* nil for NULL */
  return 1;
}

/* step([seconds]) works until a transfer has finished or the time is over. With an observer it also
 * stops when there are events. Without a time it handles only what is ready, for a few
 * milliseconds. Returns how many transfers are under way. */
static int l_step(lua_State *L) {
  engine *e = check_any(L);
  lua_Number seconds = luaL_optnumber(L, 2, 0);
  luaL_argcheck(L, seconds >= 0 && seconds <= 1e6, 2, "seconds from 0 to 1000000 expected");
  engine_step(e, (long)(seconds * 1000));
  lua_pushinteger(L, engine_get_load(e).open);
  return 1;
}

static void push_timeout(lua_State *L, engine *e) {
  long patience = engine_timeout(e);
  if (patience < 0)
    lua_pushnil(L);
  else
    lua_pushnumber(L, (lua_Number)patience / 1000);
}

static void push_descriptor(lua_State *L, engine *e) {
  int descriptor = engine_descriptor(e);
  if (descriptor < 0)
    lua_pushnil(L);
  else
    lua_pushinteger(L, descriptor);
}

/* begin() sends the requests that were submitted just now, as far as that needs no wait, and looks at no socket.
 * Returns what timeout and fd would; 0 and fd if there is something to take. */
static int l_begin(lua_State *L) {
  engine *e = check_any(L);
  if (engine_begin(e))
    push_timeout(L, e);
  else
    lua_pushinteger(L, 0);
  push_descriptor(L, e);
  return 2;
}

/* retry(transfer) is for a transfer that is done, whose status is final but whose response is
 * unusable. Returns true if it is requested again, by the policy for transient failures. It is
 * under way then. */
static int l_retry(lua_State *L) {
  check_any(L);
  lua_pushboolean(L, engine_retry(check_transfer(L, 2)));
  return 1;
}

/* events() returns the number of the next transfer that started or ended an attempt, and two flags:
 * whether it started one and whether it ended one; nil if there is none. It needs the option
 * observe. Then it has to be called after each step, since the next attempt overwrites the
 * response. */
static int l_events(lua_State *L) {
  engine *e = check_any(L);
  int what;
  const transfer *t = engine_next_event(e, &what);
  if (t == NULL)
    return push_nil(L);
  lua_pushinteger(L, t->id);
  lua_pushboolean(L, (what & EVENT_STARTED) != 0);
  lua_pushboolean(L, (what & EVENT_ENDED) != 0);
  return 3;
}

/* observe(): from now on as if the option had been given. */
static int l_observe(lua_State *L) {
  engine *e = check_any(L);
  e->scheduler.events.observed = true;
  return 0;
}

static void set_count(lua_State *L, const char *name, int count) {
  lua_pushinteger(L, count);
  lua_setfield(L, -2, name);
}

/* load() returns {limit=, window=, in_flight=, waiting=}: the user's limit, the present limit, and
 * how many requests are in flight and how many wait. */
static int l_load(lua_State *L) {
  engine_load load = engine_get_load(check_any(L));
  lua_createtable(L, 0, 4);
  set_count(L, "limit", load.most);
  set_count(L, "window", load.window);
  set_count(L, "in_flight", load.in_flight);
  set_count(L, "waiting", load.open - load.in_flight);
  return 1;
}

/* policy() returns how many attempts a request may have, and the seconds of the first and of the
 * longest wait between two of them. */
static int l_policy(lua_State *L) {
  const retry_policy *policy = &check_any(L)->scheduler.policy;
  lua_pushinteger(L, policy->attempts);
  lua_pushnumber(L, (lua_Number)policy->base_ms / 1000);
  lua_pushnumber(L, (lua_Number)policy->cap_ms / 1000);
  return 3;
}

/* cancel(transfer) stops it in any state. Its response is lost. */
static int l_cancel(lua_State *L) {
  check_any(L);
  close_transfer(L, 2);
  return 0;
}

static int l_fd(lua_State *L) {
  push_descriptor(L, check_any(L));
  return 1;
}

static int l_timeout(lua_State *L) {
  push_timeout(L, check_any(L));
  return 1;
}

static int l_running(lua_State *L) {
  lua_pushinteger(L, engine_get_load(check_any(L)).open);
  return 1;
}

/* in_flight() returns how many requests are sent and not answered, and how many would be without an
 * allowance. */
static int l_in_flight(lua_State *L) {
  const engine *e = check_any(L);
  lua_pushinteger(L, engine_get_load(e).in_flight);
  lua_pushinteger(L, engine_wanted(e));
  return 2;
}

/* is_full(): whether as many requests are open as may be in flight and wait. */
static int l_is_full(lua_State *L) {
  lua_pushboolean(L, engine_is_full(check_any(L)));
  return 1;
}

/* allow(count): at most count requests may be in flight from now on, whatever the window is. */
static int l_allow(lua_State *L) {
  engine *e = check_any(L);
  lua_Integer count = luaL_checkinteger(L, 2);
  luaL_argcheck(L, count >= 0 && count <= INT_MAX, 2, "a number from 0 expected");
  engine_allow(e, (int)count);
  return 0;
}

/* spread(count): at most count connections are begun in a step from now on, so that it is short. */
static int l_spread(lua_State *L) {
  engine *e = check_any(L);
  lua_Integer count = luaL_checkinteger(L, 2);
  luaL_argcheck(L, count > 0 && count <= INT_MAX, 2, "a number above 0 expected");
  engine_spread(e, (int)count);
  return 0;
}

/* drain(on): while on, no attempt is started. Waiting requests are done at once, as their last
 * attempt ended. Those in flight go on. */
static int l_drain(lua_State *L) {
  luaL_checktype(L, 2, LUA_TBOOLEAN);
  engine_drain(check_any(L), lua_toboolean(L, 2));
  return 0;
}

static int l_close(lua_State *L) {
  engine_close(check_any(L));
  return 0;
}

static int l_tostring(lua_State *L) {
  const engine *e = check_any(L);
  if (e->closed)
    lua_pushliteral(L, ENGINE " (closed)");
  else
    lua_pushfstring(L, ENGINE " (%d under way)", engine_get_load(e).open);
  return 1;
}

void open_engine(lua_State *L) {
  static const luaL_Reg methods[] = {{"submit", l_submit},
                                     {"sleep", l_sleep},
                                     {"step", l_step},
                                     {"begin", l_begin},
                                     {"take", l_take},
                                     {"perform", l_perform},
                                     {"retry", l_retry},
                                     {"events", l_events},
                                     {"cancel", l_cancel},
                                     {"fd", l_fd},
                                     {"timeout", l_timeout},
                                     {"running", l_running},
                                     {"in_flight", l_in_flight},
                                     {"is_full", l_is_full},
                                     {"allow", l_allow},
                                     {"spread", l_spread},
                                     {"observe", l_observe},
                                     {"load", l_load},
                                     {"drain", l_drain},
                                     {"validate", l_validate},
                                     {"policy", l_policy},
                                     {"close", l_close},
                                     {NULL, NULL}};
  static const luaL_Reg meta[] = {
      {"__gc", l_close}, {"__close", l_close}, {"__tostring", l_tostring}, {NULL, NULL}};
  define_class(L, ENGINE, meta, methods);
  lua_pushcfunction(L, l_new);
  lua_setfield(L, -2, "engine");
}
