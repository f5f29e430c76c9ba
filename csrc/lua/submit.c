/* How a request or a pause begins: its arguments are read, and its transfer is known to the engine's object. */
#include <math.h>

#include "compat.h"
#include "engine_object.h"
#include "request_options.h"
#include "url.h"

/* The URL at that index, or NULL when out of memory. Raises if it is refused. */
static const char *check_url(lua_State *L, int index, const engine *e) {
  size_t length;
  const char *url = luaL_checklstring(L, index, &length);
  const char *reason = url_refuse(e, url, length);
  if (reason == URL_NO_MEMORY)
    return NULL;
  if (reason != NULL)
    luaL_argerror(L, index, reason);
  return url;
}

static const char *check_method(lua_State *L, int index) {
  static const char *const methods[] = {"GET", "DELETE", "POST", "PUT", NULL};
  return methods[luaL_checkoption(L, index, NULL, methods)];
}

/* Pushes the spare box, which has no other holder, or a new one. */
static transfer_box *take_box(lua_State *L, int links) {
  lua_rawgeti(L, links, LINK_SPARE);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return push_transfer(L, links);
  }
  lua_pushnil(L);
  lua_rawseti(L, links, LINK_SPARE);
  return lua_touserdata(L, -1);
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
int submit_request(lua_State *L, engine *e) {
  if (e->closed)
    return refuse(L, e, CLOSED);
  transfer_request request = {.method = check_method(L, 2),
                              .url = check_url(L, 3, e),
                              .credentials = check_secret(L, 4),
                              .timeout_ms = e->settings.timeout_ms};
  if (request.url == NULL)
    return refuse(L, e, URL_NO_MEMORY);
  request_parts parts;
  parts.source = 0;
  if (!lua_isnoneornil(L, 5))
    read_request_options(L, 5, e, &request, &parts);
  compat_getuservalue(L, 1);
  int links = lua_gettop(L);
  transfer_box *box = take_box(L, links);
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
    return refuse(L, e, URL_NO_MEMORY);
  }
  if (code != CURLE_OK)
    return luaL_error(L, "libcurl refuses the request: %s", curl_easy_strerror(code));
  lua_pushinteger(L, t->id);
  return 2;
}

/* A request that need not wait is sent at once: what the program does until the next step would delay it, and
 * all that follow on its connection. With an observer it waits for the step, for a hook is told before. */
int l_submit(lua_State *L) {
  engine *e = check_class(L, 1, ENGINE);
  int count = submit_request(L, e);
  if (count != 2 || e->scheduler.events.observed)
    return count;
  const transfer_box *box = lua_touserdata(L, -2);
  if (box->transfer->state == TRANSFER_RUNNING)
    (void)engine_begin(e);
  return count;
}

/* sleep(seconds) returns a transfer that is done after that time, and its number; or nil, a kind
 * and a message. */
int l_sleep(lua_State *L) {
  engine *e = check_class(L, 1, ENGINE);
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
