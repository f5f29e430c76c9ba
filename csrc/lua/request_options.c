#include "request_options.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core.h"
#include "options.h"
#include "retry_policy.h"

static const char *request_text(lua_State *L, int index, const char *name, size_t *length) {
  lua_getfield(L, index, name); /* stays on the stack until the transfer has copied it */
  if (lua_isnil(L, -1))
    return NULL;
  if (lua_type(L, -1) != LUA_TSTRING)
    luaL_error(L, "option '%s': a string expected, got %s", name, luaL_typename(L, -1));
  return lua_tolstring(L, -1, length);
}

static double check_seconds(lua_State *L, const char *name) {
  double seconds = lua_tonumber(L, -1);
  if (lua_type(L, -1) != LUA_TNUMBER || !(seconds >= 0 && seconds <= 1e9))
    luaL_error(L, "option '%s': a number of seconds from 0 (up to 1000000000) expected", name);
  return seconds;
}

/* Seconds from 0. NULL if missing, else `room`. */
static const int64_t *request_limit(lua_State *L, int index, const char *name, int64_t *room) {
  lua_getfield(L, index, name);
  if (lua_isnil(L, -1))
    room = NULL;
  else
    *room = (int64_t)ceil(check_seconds(L, name) * 1000);
  lua_pop(L, 1);
  return room;
}

/* The policy of the request, if it has one of its own. */
static const retry_policy *request_policy(lua_State *L, int index, const engine *e,
                                          const transfer_request *request, retry_policy *room) {
  const concurrency_limit *limit = &e->scheduler.limit;
  lua_getfield(L, index, "retry");
  bool has_own = !lua_isnil(L, -1);
  lua_pop(L, 1);
  if (!has_own)
    return NULL;
  *room =
      read_retry_policy(L, index, least_deadline(request->timeout_ms, limit->most, limit->rate));
  return room;
}

/* An array of lines such as "Name: value". The texts stay on the stack until the transfer has copied them. */
static size_t request_lines(lua_State *L, int index, const char *lines[LINES_MOST]) {
  size_t count = 0;
  lua_getfield(L, index, "headers");
  if (lua_isnil(L, -1))
    return 0;
  luaL_checktype(L, -1, LUA_TTABLE);
  luaL_checkstack(L, LINES_MOST, "header lines");
  for (int table = lua_gettop(L); count < LINES_MOST; count++) {
    lua_rawgeti(L, table, (int)count + 1);
    if (lua_isnil(L, -1))
      return count;
    size_t length;
    const char *line = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (line == NULL || strlen(line) != length || strpbrk(line, "\r\n") != NULL)
      luaL_error(L, "option 'headers': lines without line breaks and zero bytes expected");
    lines[count] = line;
  }
  luaL_error(L, "option 'headers': fewer than %d lines expected", LINES_MOST);
  return 0;
}

void read_request_options(lua_State *L, int index, const engine *e, transfer_request *request,
                          request_parts *parts) {
  static const char *const names[] = {
      "body",        "content_type", "multipart", "timeout", "deadline",
      "send_within", "retry",        "headers",   "pacer",   NULL};
  size_t length;
  luaL_checktype(L, index, LUA_TTABLE);
  options_only(L, index, names);
  request->timeout_ms = option_milliseconds(L, index, "timeout", request->timeout_ms);
  request->deadline_ms = request_limit(L, index, "deadline", &parts->deadline_ms);
  request->send_by_ms = request_limit(L, index, "send_within", &parts->send_by_ms);
  request->policy = request_policy(L, index, e, request, &parts->policy);
  lua_getfield(L, index, "pacer"); /* stays on the stack until the transfer holds it */
  request->pacer = lua_isnil(L, -1) ? NULL : check_pacer(L, -1);
  request->lines = parts->lines;
  request->line_count = request_lines(L, index, parts->lines);
  request->body = request_text(L, index, "body", &request->body_length);
  request->content_type = request_text(L, index, "content_type", &length);
  if (request->content_type != NULL && strpbrk(request->content_type, "\r\n") != NULL)
    luaL_argerror(L, index, "content_type has a line break");
  parts->source = read_multipart(L, index, &parts->multipart);
  if (parts->source != 0)
    request->multipart = &parts->multipart;
}
