/* An engine as a Lua object: submit, step, take, cancel. Only step works, and only it waits. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compat.h"
#include "core.h"
#include "lua_options.h"

#define ENGINE "twilio.numbers.engine"

/* The engine's links, a table: the engine itself, which its transfers keep alive by it, and the
 * transfers by their exchange's number, weakly. */
enum { LINK_ENGINE = 1, LINK_TRANSFERS = 2 };

enum { DEFAULT_TIMEOUT_MS = 30000, DEFAULT_CONNECT_TIMEOUT_MS = 10000, CONNECTIONS = 256 };
static const double RESPONSE_LIMIT = 16.0 * 1024 * 1024;
static const double RESPONSE_LIMIT_MOST = 1024.0 * 1024 * 1024;

static engine *check_any(lua_State *L) {
  return luaL_checkudata(L, 1, ENGINE);
}

static engine *check(lua_State *L) {
  engine *e = check_any(L);
  if (e->closed)
    luaL_argerror(L, 1, "the engine is closed");
  return e;
}

static void push_links(lua_State *L) {
  lua_createtable(L, 2, 0);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, LINK_ENGINE);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, -2, LINK_TRANSFERS);
}

/* Fills the engine's own settings one by one, so that an error on the way leaks nothing. */
static void read_settings(lua_State *L, settings *s) {
  static const char *const names[] = {"timeout",
                                      "connect_timeout",
                                      "max_response_size",
                                      "http_version",
                                      "allow_http",
                                      "connections",
                                      "user_agent",
                                      "proxy",
                                      "ca_file",
                                      "ca_path",
                                      NULL};
  static const char *const versions[] = {"auto", "1.1", NULL};
  static const long curl_versions[] = {CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_1_1};
  options_only(L, 1, names);
  s->timeout_ms = option_milliseconds(L, 1, "timeout", DEFAULT_TIMEOUT_MS);
  s->connect_timeout_ms = option_milliseconds(L, 1, "connect_timeout", DEFAULT_CONNECT_TIMEOUT_MS);
  s->response_limit =
      (size_t)option_count(L, 1, "max_response_size", RESPONSE_LIMIT, RESPONSE_LIMIT_MOST);
  s->connections = (long)option_count(L, 1, "connections", CONNECTIONS, 1e6);
  s->http_version = curl_versions[option_choice(L, 1, "http_version", versions)];
  s->allow_http = option_flag(L, 1, "allow_http");
  lua_pushfstring(L, "User-Agent: %s", option_string(L, 1, "user_agent", "twilio-numbers-lua"));
  if (!settings_add_header(s, "Accept-Encoding: gzip") ||
      !settings_add_header(s, lua_tostring(L, -1)))
    luaL_error(L, "not enough memory");
  lua_pop(L, 1);
  s->proxy = option_copy(L, 1, "proxy");
  s->ca_file = option_copy(L, 1, "ca_file");
  s->ca_path = option_copy(L, 1, "ca_path");
}

static int l_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  engine *e = lua_newuserdata(L, sizeof *e);
  engine_open(e, &(settings){0});
  luaL_getmetatable(L, ENGINE);
  lua_setmetatable(L, -2);
  push_links(L);
  compat_setuservalue(L, -2);
  read_settings(L, &e->settings);
  return 1;
}

static bool is_this_machine(const char *host) {
  return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
         (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

/* libcurl's own reading of the URL decides, since it is libcurl that will connect. */
static bool is_local_http(const char *url) {
  char *host = NULL;
  CURLU *parts = curl_url();
  bool local = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
               curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && is_this_machine(host);
  curl_free(host);
  curl_url_cleanup(parts);
  return local;
}

/* Why the engine will not call that URL; NULL if it will. */
static const char *find_objection(const engine *e, const char *url, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
      return "the URL has a blank or a control character";
  if (strncmp(url, "https://", 8) == 0)
    return NULL;
  if (strncmp(url, "http://", 7) != 0)
    return "an https:// URL expected";
  if (!e->settings.allow_http && !is_local_http(url))
    return "plain http:// is only for this machine, or with allow_http";
  return NULL;
}

static const char *check_url(lua_State *L, int index, const engine *e) {
  size_t length;
  const char *url = luaL_checklstring(L, index, &length);
  const char *objection = find_objection(e, url, length);
  if (objection != NULL)
    luaL_argerror(L, index, objection);
  return url;
}

static const char *check_method(lua_State *L, int index) {
  static const char *const methods[] = {"GET", "DELETE", "POST", "PUT", NULL};
  return methods[luaL_checkoption(L, index, NULL, methods)];
}

static const char *request_text(lua_State *L, int index, const char *name, size_t *length) {
  lua_getfield(L, index, name); /* left on the stack: the exchange copies it later */
  if (lua_isnil(L, -1))
    return NULL;
  if (lua_type(L, -1) != LUA_TSTRING)
    luaL_error(L, "option '%s': a string expected, got %s", name, luaL_typename(L, -1));
  return lua_tolstring(L, -1, length);
}

static void read_request_options(lua_State *L, int index, exchange_request *request) {
  static const char *const names[] = {"body", "content_type", "timeout", NULL};
  size_t length;
  luaL_checktype(L, index, LUA_TTABLE);
  options_only(L, index, names);
  request->timeout_ms = option_milliseconds(L, index, "timeout", request->timeout_ms);
  request->body = request_text(L, index, "body", &request->body_length);
  request->content_type = request_text(L, index, "content_type", &length);
  if (request->content_type != NULL && strpbrk(request->content_type, "\r\n") != NULL)
    luaL_argerror(L, index, "content_type has a line break");
}

/* objection(url): why submit would not take it, or nil. */
static int l_objection(lua_State *L) {
  size_t length;
  const char *url = luaL_checklstring(L, 2, &length);
  lua_pushstring(L, find_objection(check(L), url, length)); /* nil for NULL */
  return 1;
}

/* submit(method, url [, credentials [, {body=, content_type=, timeout=}]]) gives a transfer. */
static int l_submit(lua_State *L) {
  engine *e = check(L);
  exchange_request request = {.method = check_method(L, 2),
                              .url = check_url(L, 3, e),
                              .credentials = check_secret(L, 4),
                              .timeout_ms = e->settings.timeout_ms};
  if (!lua_isnoneornil(L, 5))
    read_request_options(L, 5, &request);
  compat_getuservalue(L, 1);
  int links = lua_gettop(L);
  exchange **box = push_transfer(L, links);
  const char *why;
  exchange *x = *box = engine_acquire(e, &why);
  if (x == NULL)
    return luaL_error(L, "%s", why);
  lua_rawgeti(L, links, LINK_TRANSFERS);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, x->id);
  lua_pop(L, 1);
  CURLcode code = engine_start(e, x, &request);
  if (code != CURLE_OK)
    return luaL_error(L, "libcurl refuses the request: %s", curl_easy_strerror(code));
  return 1;
}

/* step([seconds]): works until a transfer has finished or the time is over, without the time only
 * on what is ready. Gives how many are still under way. */
static int l_step(lua_State *L) {
  engine *e = check(L);
  lua_Number seconds = luaL_optnumber(L, 2, 0);
  luaL_argcheck(L, seconds >= 0 && seconds <= 1e6, 2, "seconds from 0 to 1000000 expected");
  engine_step(e, (long)(seconds * 1000));
  lua_pushinteger(L, e->running_count);
  return 1;
}

/* take(): the next transfer that finished and was not taken, or nil. take(transfer): that one, or
 * nil while it is under way. */
static int l_take(lua_State *L) {
  engine *e = check(L);
  if (!lua_isnoneornil(L, 2)) {
    lua_settop(L, 2);
    return engine_take_this(check_transfer(L, 2)) ? 1 : push_nil(L);
  }
  compat_getuservalue(L, 1);
  lua_rawgeti(L, -1, LINK_TRANSFERS);
  for (const exchange *x; (x = engine_take(e)) != NULL; lua_pop(L, 1)) {
    /* Not there: nobody holds it any more, and its collection is under way. */
    lua_rawgeti(L, -1, x->id);
    if (!lua_isnil(L, -1))
      return 1;
  }
  return push_nil(L);
}

/* cancel(transfer): stops it, whatever it is doing. Its answer is lost. */
static int l_cancel(lua_State *L) {
  check_any(L);
  close_transfer(L, 2);
  return 0;
}

static int l_fd(lua_State *L) {
  int descriptor = engine_descriptor(check(L));
  if (descriptor < 0)
    return push_nil(L);
  lua_pushinteger(L, descriptor);
  return 1;
}

static int l_timeout(lua_State *L) {
  long patience = engine_patience(check(L));
  if (patience < 0)
    return push_nil(L);
  lua_pushnumber(L, (lua_Number)patience / 1000);
  return 1;
}

static int l_running(lua_State *L) {
  lua_pushinteger(L, check_any(L)->running_count);
  return 1;
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
    lua_pushfstring(L, ENGINE " (%d under way)", e->running_count);
  return 1;
}

void open_engine(lua_State *L) {
  static const luaL_Reg methods[] = {{"submit", l_submit},   {"step", l_step},
                                     {"take", l_take},       {"cancel", l_cancel},
                                     {"fd", l_fd},           {"timeout", l_timeout},
                                     {"running", l_running}, {"objection", l_objection},
                                     {"close", l_close},     {NULL, NULL}};
  static const luaL_Reg meta[] = {
      {"__gc", l_close}, {"__close", l_close}, {"__tostring", l_tostring}, {NULL, NULL}};
  define_class(L, ENGINE, meta, methods);
  lua_pushcfunction(L, l_new);
  lua_setfield(L, -2, "engine");
}
