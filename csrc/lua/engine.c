/* An engine as a Lua object: submit, step, take, cancel. Only step does network work, and only step
 * waits. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "compat.h"
#include "engine_object.h"
#include "options.h"
#include "request_options.h"

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
  lua_createtable(L, 3, 0);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, LINK_ENGINE);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, -2, LINK_TRANSFERS);
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

/* Four decimal numbers up to 255, the first of them 127: anything else may be a name, which a name server
 * may give any address. */
static bool is_loopback(const char *host) {
  for (int i = 0; i < 4; i++) {
    int value = 0, digits = 0;
    for (; *host >= '0' && *host <= '9' && digits < 3; host++, digits++)
      value = value * 10 + (*host - '0');
    if (digits == 0 || value > 255 || (i == 0 && value != 127))
      return false;
    if (*host != (i < 3 ? '.' : '\0'))
      return false;
    host += i < 3;
  }
  return true;
}

static bool is_this_machine(const char *host) {
  return curl_strequal(host, "localhost") != 0 || strcmp(host, "[::1]") == 0 || is_loopback(host);
}

static const char NO_MEMORY[] = "not enough memory";

/* The reason why libcurl, which connects, does not understand a URL; or why it is of another machine if
 * it must be of this one. A constant, or NULL. */
static const char *parse_url(const char *url, bool must_be_local) {
  char *host = NULL;
  CURLU *parts = curl_url();
  CURLUcode code =
      parts != NULL ? curl_url_set(parts, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
  if (code == CURLUE_OK)
    code = curl_url_get(parts, CURLUPART_HOST, &host, 0);
  bool local = code == CURLUE_OK && is_this_machine(host);
  curl_free(host);
  curl_url_cleanup(parts);
  if (code == CURLUE_OUT_OF_MEMORY)
    return NO_MEMORY;
  if (must_be_local && !local)
    return "plain http:// is only for this machine, or with allow_http";
  return code == CURLUE_OK ? NULL : "it is no URL that libcurl understands";
}

/* The reason why the engine refuses that URL, a constant; NULL if it accepts it. */
static const char *validate_url(const engine *e, const char *url, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
      return "the URL has a blank or a control character";
  if (strncmp(url, "https://", 8) == 0)
    return NULL;
  if (strncmp(url, "http://", 7) != 0)
    return "an https:// URL expected";
  return e->settings.allow_http ? NULL : parse_url(url, true);
}

/* The URL at that index, or NULL when out of memory. Raises if it is refused. */
static const char *check_url(lua_State *L, int index, const engine *e) {
  size_t length;
  const char *url = luaL_checklstring(L, index, &length);
  const char *reason = validate_url(e, url, length);
  if (reason == NO_MEMORY)
    return NULL;
  if (reason != NULL)
    luaL_argerror(L, index, reason);
  return url;
}

static const char *check_method(lua_State *L, int index) {
  static const char *const methods[] = {"GET", "DELETE", "POST", "PUT", NULL};
  return methods[luaL_checkoption(L, index, NULL, methods)];
}

/* validate(url): the reason why submit would refuse the URL, or nil. */
static int l_validate(lua_State *L) {
  size_t length;
  const char *url = luaL_checklstring(L, 2, &length);
  const char *reason = validate_url(check(L), url, length);
  if (reason == NULL)
    reason = parse_url(url, false);
  if (reason == NO_MEMORY)
    return luaL_error(L, "%s", NO_MEMORY);
  lua_pushstring(L, reason); /* nil for NULL */
  return 1;
}

/* Makes the box on top of the stack known by the transfer's number. */
static void register_transfer(lua_State *L, int links, const transfer *t) {
  lua_rawgeti(L, links, LINK_TRANSFERS);
  lua_rawgeti(L, -1, t->id);
  bool is_known = lua_touserdata(L, -1) == lua_touserdata(L, -3); /* of an earlier single call */
  lua_pop(L, 1);
  if (!is_known) {
    lua_pushvalue(L, -2);
    lua_rawseti(L, -2, t->id);
  }
  lua_pop(L, 1);
}

/* Pushes the results of a call that starts nothing: nil, "closed" or "memory", and the reason. */
static int refuse(lua_State *L, const engine *e, const char *why) {
  lua_pushnil(L);
  lua_pushstring(L, e->closed ? "closed" : "memory");
  lua_pushstring(L, why);
  return 3;
}

static const char CLOSED[] = "the client was closed";

/* submit(method, url [, credentials [, options]]) returns a transfer and its number. The number is small,
 * and unique among open transfers. If the engine is closed, or there is no memory or no file descriptor, it
 * returns nil, a kind and a message. The options are:
 *   body, content_type      a text
 *   multipart               instead: {fields={{name=, text=}, …}, name=, file_name=, type=, source=}, a body of
 *                           fields and the source in a part of that name
 *   timeout                 of an attempt
 *   deadline, send_within   count from now on: when it ends, and until when it may be sent
 *   retry                   a policy of its own
 *   headers                 an array of further lines
 *
 * Reading the options and making the transfer may run Lua code, which may close the engine, the credentials
 * and the source. So these are checked again afterwards. */
int submit_request(lua_State *L, engine *e, box_maker *make_box) {
  if (e->closed)
    return refuse(L, e, CLOSED);
  transfer_request request = {.method = check_method(L, 2),
                              .url = check_url(L, 3, e),
                              .credentials = check_secret(L, 4),
                              .timeout_ms = e->settings.timeout_ms};
  if (request.url == NULL)
    return refuse(L, e, NO_MEMORY);
  request_parts parts;
  parts.source = 0;
  if (!lua_isnoneornil(L, 5))
    read_request_options(L, 5, e, &request, &parts);
  compat_getuservalue(L, 1);
  int links = lua_gettop(L);
  transfer_box *box = make_box(L, links);
  if (request.credentials != NULL && (request.credentials = secret_at(L, 4)) == NULL)
    return refuse(L, e, CLOSED);
  if (parts.source != 0 && (parts.multipart.source = source_at(L, parts.source)) == NULL)
    return refuse(L, e, "the source was closed");
  const char *why;
  transfer *t = box->transfer = engine_acquire(e, &why);
  if (t == NULL)
    return refuse(L, e, why);
  register_transfer(L, links, t);
  CURLcode code = engine_start(e, t, &request);
  if (code == CURLE_OUT_OF_MEMORY) {
    close_transfer(L, -1);
    return refuse(L, e, NO_MEMORY);
  }
  if (code != CURLE_OK)
    return luaL_error(L, "libcurl refuses the request: %s", curl_easy_strerror(code));
  lua_pushinteger(L, t->id);
  return 2;
}

static int l_submit(lua_State *L) {
  return submit_request(L, check_any(L), push_transfer);
}

/* sleep(seconds) returns a transfer that is done after that time, and its number; or nil, a kind
 * and a message. */
static int l_sleep(lua_State *L) {
  engine *e = check_any(L);
  lua_Number seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0 && seconds <= 1e9, 2, "seconds from 0 to 1000000000 expected");
  compat_getuservalue(L, 1);
  int links = lua_gettop(L);
  transfer_box *box = push_transfer(L, links);
  const transfer *t = box->transfer = engine_sleep(e, (int64_t)ceil(seconds * 1000));
  if (t == NULL)
    return refuse(L, e, e->closed ? CLOSED : "not enough memory or file descriptors to wait");
  register_transfer(L, links, t);
  lua_pushinteger(L, t->id);
  return 2;
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

/* take() returns the next transfer that finished and was not taken, with its number, or nil.
 * take(transfer) returns that one, or nil while it is under way. */
static int l_take(lua_State *L) {
  engine *e = check_any(L);
  if (!lua_isnoneornil(L, 2)) {
    lua_settop(L, 2);
    return engine_take_this(check_transfer(L, 2)) ? 1 : push_nil(L);
  }
  compat_getuservalue(L, 1);
  lua_rawgeti(L, -1, LINK_TRANSFERS);
  for (const transfer *t; (t = engine_take(e)) != NULL; lua_pop(L, 1)) {
    /* It is missing if the script has no reference to it: it is about to be collected. */
    lua_rawgeti(L, -1, t->id);
    if (!lua_isnil(L, -1)) {
      lua_pushinteger(L, t->id);
      return 2;
    }
  }
  return push_nil(L);
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
  int descriptor = engine_descriptor(check_any(L));
  if (descriptor < 0)
    return push_nil(L);
  lua_pushinteger(L, descriptor);
  return 1;
}

static int l_timeout(lua_State *L) {
  long patience = engine_timeout(check_any(L));
  if (patience < 0)
    return push_nil(L);
  lua_pushnumber(L, (lua_Number)patience / 1000);
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
                                     {"take", l_take},
                                     {"perform", l_perform},
                                     {"settle", l_settle},
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
