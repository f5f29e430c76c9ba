/* A transfer: one request that was submitted, then its answer, as a Lua object. It owns its
 * exchange: when it is collected or closed, what still runs is cancelled. */
#include "clock.h"
#include "compat.h"
#include "core.h"
#include "failure.h"

#define TRANSFER "twilio.numbers.transfer"

transfer *push_transfer(lua_State *L, int links) {
  transfer *t = lua_newuserdata(L, sizeof *t);
  *t = (transfer){0};
  luaL_getmetatable(L, TRANSFER);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, links);
  compat_setuservalue(L, -2);
  return t;
}

static transfer *check_open(lua_State *L, int index) {
  transfer *t = luaL_checkudata(L, index, TRANSFER);
  if (t->exchange == NULL || t->closes)
    luaL_argerror(L, index, "the transfer is closed");
  return t;
}

exchange *check_transfer(lua_State *L, int index) {
  return check_open(L, index)->exchange;
}

static void release(transfer *t) {
  exchange *x = t->exchange;
  *t = (transfer){0};
  if (x != NULL)
    engine_release(x);
}

void close_transfer(lua_State *L, int index) {
  transfer *t = luaL_checkudata(L, index, TRANSFER);
  if (t->exchange != NULL && t->exchange->is_read)
    t->closes = true;
  else
    release(t);
}

/* It is not being read any longer, or that was left by an error. */
static int transfer_collect(lua_State *L) {
  release(luaL_checkudata(L, 1, TRANSFER));
  return 0;
}

typedef int reader(lua_State *L, const exchange *x);

/* Pushes something of a transfer whose last attempt has ended, be there another to come or not. Pushing
 * may collect, and a finalizer may close the transfer, or work until the next attempt begins: what is
 * read stays until then. */
static int read_ended(lua_State *L, reader *read) {
  transfer *t = check_open(L, 1);
  if (!t->exchange->ended)
    luaL_argerror(L, 1, "the transfer is still under way");
  bool was_held = exchange_hold_answer(t->exchange);
  int count = read(L, t->exchange);
  exchange_let_go_of_answer(t->exchange, was_held);
  if (t->closes && !was_held)
    release(t);
  return count;
}

static int transfer_close(lua_State *L) {
  close_transfer(L, 1);
  return 0;
}

static int push_status(lua_State *L, const exchange *x) {
  long status = 0;
  if (x->easy != NULL && x->head_is_whole)
    (void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == 0)
    return push_nil(L);
  lua_pushinteger(L, status);
  return 1;
}

static int transfer_done(lua_State *L) {
  lua_pushboolean(L, check_transfer(L, 1)->state == EXCHANGE_FINISHED);
  return 1;
}

static int transfer_is_closed(lua_State *L) {
  const transfer *t = luaL_checkudata(L, 1, TRANSFER);
  lua_pushboolean(L, t->exchange == NULL || t->closes);
  return 1;
}

/* Whether an attempt is sent and not answered. */
static int transfer_in_flight(lua_State *L) {
  lua_pushboolean(L, check_transfer(L, 1)->state == EXCHANGE_RUNNING);
  return 1;
}

/* The HTTP status of a whole answer; else nil, what kind of failure, and a phrase. */
static int read_result(lua_State *L, const exchange *x) {
  if (x->failure == EXCHANGE_ANSWERED)
    return push_status(L, x);
  lua_pushnil(L);
  lua_pushstring(L, failure_kind(x));
  lua_pushstring(L, failure_message(x));
  return 3;
}

static int transfer_result(lua_State *L) {
  return read_ended(L, read_result);
}

/* Whether any of the request may have reached the server. */
static int transfer_sent(lua_State *L) {
  lua_pushboolean(L, check_transfer(L, 1)->sends > 0);
  return 1;
}

/* The HTTP status, be the answer whole or not; nil if none came. */
static int read_status(lua_State *L, const exchange *x) {
  return push_status(L, x);
}

static int transfer_status(lua_State *L) {
  return read_ended(L, read_status);
}

static int read_header(lua_State *L, const exchange *x) {
  size_t length = 0;
  const char *value = exchange_header(x, luaL_checkstring(L, 2), &length);
  if (value == NULL)
    return push_nil(L);
  lua_pushlstring(L, value, length);
  return 1;
}

static int transfer_header(lua_State *L) {
  return read_ended(L, read_header);
}

/* The seconds that Retry-After asks for, given as a number or as a date; nil if it is missing. */
static int read_retry_after(lua_State *L, const exchange *x) {
  int64_t wait = exchange_retry_after(x);
  if (wait < 0)
    return push_nil(L);
  lua_pushinteger(L, (lua_Integer)(wait / 1000));
  return 1;
}

static int transfer_retry_after(lua_State *L) {
  return read_ended(L, read_retry_after);
}

/* How many attempts were begun. */
static int transfer_attempts(lua_State *L) {
  lua_pushinteger(L, check_transfer(L, 1)->attempts);
  return 1;
}

/* Why there is no attempt after the last: "final", another would end alike; "unsafe", it may have
 * been acted upon; "attempts" or "deadline", used up; "retry_after", the server asks for a longer
 * wait than the cap; "closed", the engine was, or is winding down. nil and the seconds to wait if there will be one. */
static int read_stopped(lua_State *L, const exchange *x) {
  if (x->state != EXCHANGE_WAITING) {
    const char *word = retry_word(x->verdict);
    lua_pushstring(L, word != NULL ? word : "closed");
    return 1;
  }
  int64_t left = x->due - monotonic_ms();
  lua_pushnil(L);
  lua_pushnumber(L, left > 0 ? (lua_Number)left / 1000 : 0);
  return 2;
}

static int transfer_stopped(lua_State *L) {
  return read_ended(L, read_stopped);
}

/* The body as it came, or its first so many bytes. */
static int read_text(lua_State *L, const exchange *x) {
  lua_Number most = luaL_optnumber(L, 2, -1);
  size_t length = x->body.length;
  if (most >= 0 && most < (lua_Number)length)
    length = (size_t)most;
  lua_pushlstring(L, length > 0 ? x->body.data : "", length);
  return 1;
}

static int transfer_text(lua_State *L) {
  return read_ended(L, read_text);
}

static int read_size(lua_State *L, const exchange *x) {
  lua_pushinteger(L, (lua_Integer)x->body.length);
  return 1;
}

static int transfer_size(lua_State *L) {
  return read_ended(L, read_size);
}

/* The body's JSON object, or nil and why it is none. */
static int read_object(lua_State *L, const exchange *x) {
  return json_decode(L, lua_upvalueindex(1), x->body.data, x->body.length, true);
}

static int transfer_object(lua_State *L) {
  return read_ended(L, read_object);
}

static void set_seconds(lua_State *L, CURL *easy, const char *name, CURLINFO which) {
  curl_off_t microseconds = 0;
  (void)curl_easy_getinfo(easy, which, &microseconds);
  lua_pushnumber(L, (lua_Number)microseconds / 1e6);
  lua_setfield(L, -2, name);
}

static const char *http_version(CURL *easy) {
  long version = 0;
  (void)curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
  case CURL_HTTP_VERSION_1_0:
    return "1.0";
  case CURL_HTTP_VERSION_1_1:
    return "1.1";
  case CURL_HTTP_VERSION_2_0:
    return "2";
  case CURL_HTTP_VERSION_3:
    return "3";
  default:
    return "none";
  }
}

/* How it went: {http_version=, reused=, sends=, name=, connect=, tls=, first_byte=, total=}, the
 * last five in seconds since the start. */
static int read_info(lua_State *L, const exchange *x) {
  long connects = 0;
  lua_newtable(L);
  lua_pushinteger(L, x->sends);
  lua_setfield(L, -2, "sends");
  if (x->easy == NULL)
    return 1;
  (void)curl_easy_getinfo(x->easy, CURLINFO_NUM_CONNECTS, &connects);
  lua_pushboolean(L, x->sends > 0 && connects == 0);
  lua_setfield(L, -2, "reused");
  lua_pushstring(L, http_version(x->easy));
  lua_setfield(L, -2, "http_version");
  set_seconds(L, x->easy, "name", CURLINFO_NAMELOOKUP_TIME_T);
  set_seconds(L, x->easy, "connect", CURLINFO_CONNECT_TIME_T);
  set_seconds(L, x->easy, "tls", CURLINFO_APPCONNECT_TIME_T);
  set_seconds(L, x->easy, "first_byte", CURLINFO_STARTTRANSFER_TIME_T);
  set_seconds(L, x->easy, "total", CURLINFO_TOTAL_TIME_T);
  return 1;
}

static int transfer_info(lua_State *L) {
  return read_ended(L, read_info);
}

static int transfer_tostring(lua_State *L) {
  const transfer *t = luaL_checkudata(L, 1, TRANSFER);
  const exchange *x = t->closes ? NULL : t->exchange;
  const char *state = "under way";
  if (x == NULL)
    state = "closed";
  else if (x->state == EXCHANGE_FINISHED)
    state = x->failure == EXCHANGE_ANSWERED ? "answered" : failure_kind(x);
  lua_pushfstring(L, TRANSFER " (%s)", state);
  return 1;
}

void open_transfer(lua_State *L) {
  static const luaL_Reg methods[] = {{"close", transfer_close},
                                     {"is_closed", transfer_is_closed},
                                     {"done", transfer_done},
                                     {"in_flight", transfer_in_flight},
                                     {"result", transfer_result},
                                     {"sent", transfer_sent},
                                     {"attempts", transfer_attempts},
                                     {"stopped", transfer_stopped},
                                     {"info", transfer_info},
                                     {"status", transfer_status},
                                     {"header", transfer_header},
                                     {"text", transfer_text},
                                     {"size", transfer_size},
                                     {"retry_after", transfer_retry_after},
                                     {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", transfer_collect},
                                  {"__close", transfer_close},
                                  {"__tostring", transfer_tostring},
                                  {NULL, NULL}};
  define_class(L, TRANSFER, meta, methods);
  luaL_getmetatable(L, TRANSFER);
  lua_getfield(L, -1, "__index");
  push_decoder(L, -3);
  lua_pushcclosure(L, transfer_object, 1);
  lua_setfield(L, -2, "object");
  lua_pop(L, 2);
}
