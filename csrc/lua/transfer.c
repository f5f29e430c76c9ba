/* A transfer as a Lua object: a submitted request, later its response. The object owns the
 * transfer: when the object is closed or collected, a transfer that is under way is cancelled. */
#include <stdlib.h>

#include "clock.h"
#include "compat.h"
#include "core.h"
#include "failure.h"

#define TRANSFER "twilio.numbers.transfer"

transfer_box *push_transfer(lua_State *L, int links) {
  transfer_box *box = lua_newuserdata(L, sizeof *box);
  *box = (transfer_box){0};
  luaL_getmetatable(L, TRANSFER);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, links);
  compat_setuservalue(L, -2);
  return box;
}

static transfer_box *check_open(lua_State *L, int index) {
  transfer_box *box = check_class(L, index, TRANSFER);
  if (box->transfer == NULL || box->closes)
    luaL_argerror(L, index, "the transfer is closed");
  return box;
}

transfer *check_transfer(lua_State *L, int index) {
  return check_open(L, index)->transfer;
}

static void release(transfer_box *box) {
  transfer *t = box->transfer;
  box->transfer = NULL;
  box->closes = false;
  if (t == NULL)
    return;
  if (t->ended && !t->is_pause)
    box->receipt = receipt_of(t);
  engine_release(t);
}

void close_transfer(lua_State *L, int index) {
  transfer_box *box = check_class(L, index, TRANSFER);
  if (box->transfer != NULL && box->transfer->response.is_held) {
    engine_cancel(box->transfer);
    box->closes = true;
  } else {
    release(box);
  }
}

/* No read is in progress now, or an error has ended it. */
static int l_collect(lua_State *L) {
  transfer_box *box = check_class(L, 1, TRANSFER);
  release(box);
  free(box->receipt);
  box->receipt = NULL;
  return 0;
}

typedef int reader(lua_State *L, const transfer *t);

/* Reads a transfer whose last attempt has ended; another attempt may follow. Pushing values may run
 * finalizers, which may close the transfer or start its next attempt. So the response is held. */
static int read_held(lua_State *L, transfer_box *box, reader *read) {
  bool was_held = response_hold(&box->transfer->response);
  int count = read(L, box->transfer);
  response_let_go(&box->transfer->response, was_held);
  if (box->closes && !was_held)
    release(box);
  return count;
}

static int read_ended(lua_State *L, reader *read) {
  transfer_box *box = check_open(L, 1);
  if (!box->transfer->ended)
    luaL_argerror(L, 1, "the transfer is still under way");
  return read_held(L, box, read);
}

static int l_close(lua_State *L) {
  close_transfer(L, 1);
  return 0;
}

static int push_status(lua_State *L, const transfer *t) {
  long status = 0;
  if (t->easy != NULL && response_is_whole(&t->response))
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == 0)
    return push_nil(L);
  lua_pushinteger(L, status);
  return 1;
}

static int l_done(lua_State *L) {
  lua_pushboolean(L, check_transfer(L, 1)->state == TRANSFER_FINISHED);
  return 1;
}

static int l_is_closed(lua_State *L) {
  const transfer_box *box = check_class(L, 1, TRANSFER);
  lua_pushboolean(L, box->transfer == NULL || box->closes);
  return 1;
}

/* in_flight(): whether an attempt is sent and not answered. */
static int l_in_flight(lua_State *L) {
  lua_pushboolean(L, check_transfer(L, 1)->state == TRANSFER_RUNNING);
  return 1;
}

/* result(): the HTTP status of a complete response; else nil, the kind of failure and a message. */
static int read_result(lua_State *L, const transfer *t) {
  if (t->failure == TRANSFER_ANSWERED)
    return push_status(L, t);
  lua_pushnil(L);
  lua_pushstring(L, failure_kind(t));
  lua_pushstring(L, failure_message(t));
  return 3;
}

static int l_result(lua_State *L) {
  return read_ended(L, read_result);
}

/* sent(): whether some of the request may have reached the server in any attempt, and whether in the
 * last one. */
static int l_sent(lua_State *L) {
  const transfer *t = check_transfer(L, 1);
  lua_pushboolean(L, t->was_sent || t->sends > 0);
  lua_pushboolean(L, t->sends > 0);
  return 2;
}

/* status(): the HTTP status, also of an incomplete response; nil if there is none. */
static int read_status(lua_State *L, const transfer *t) {
  return push_status(L, t);
}

static int l_status(lua_State *L) {
  return read_ended(L, read_status);
}

static int read_header(lua_State *L, const transfer *t) {
  size_t length = 0;
  const char *value = response_header(&t->response, luaL_checkstring(L, 2), &length);
  if (value == NULL)
    return push_nil(L);
  lua_pushlstring(L, value, length);
  return 1;
}

static int l_header(lua_State *L) {
  (void)luaL_checkstring(L, 2); /* before anything is held */
  return read_ended(L, read_header);
}

/* retry_after(): Retry-After in seconds, given as a number or as a date; nil if it is missing. */
static int read_retry_after(lua_State *L, const transfer *t) {
  int64_t wait = transfer_retry_after(t);
  if (wait < 0)
    return push_nil(L);
  lua_pushinteger(L, (lua_Integer)(wait / 1000));
  return 1;
}

static int l_retry_after(lua_State *L) {
  return read_ended(L, read_retry_after);
}

/* attempts(): how many attempts were started. */
static int l_attempts(lua_State *L) {
  lua_pushinteger(L, check_transfer(L, 1)->attempts);
  return 1;
}

/* stopped(): why no attempt follows the last one.
 *   "final"                 another attempt would have the same result
 *   "unsafe"                the server may have executed the request
 *   "attempts", "deadline"  used up
 *   "retry_after"           the server demands a longer wait than the cap
 *   "closed"                the engine is closed or drained
 * If one follows: nil and the seconds until then. */
static int read_stopped(lua_State *L, const transfer *t) {
  if (t->state != TRANSFER_WAITING) {
    const char *word = retry_word(t->schedule.verdict);
    lua_pushstring(L, word != NULL ? word : "closed");
    return 1;
  }
  int64_t left = t->schedule.wake_at - monotonic_ms();
  lua_pushnil(L);
  lua_pushnumber(L, left > 0 ? (lua_Number)left / 1000 : 0);
  return 2;
}

static int l_stopped(lua_State *L) {
  return read_ended(L, read_stopped);
}

/* text([most]): the body as received, or its first bytes. */
static int read_text(lua_State *L, const transfer *t) {
  lua_Number most = luaL_optnumber(L, 2, -1);
  size_t length = t->response.body.length;
  if (most >= 0 && most < (lua_Number)length)
    length = (size_t)most;
  lua_pushlstring(L, length > 0 ? t->response.body.data : "", length);
  return 1;
}

static int l_text(lua_State *L) {
  (void)luaL_optnumber(L, 2, 0);
  return read_ended(L, read_text);
}

static int read_size(lua_State *L, const transfer *t) {
  lua_pushinteger(L, (lua_Integer)t->response.body.length);
  return 1;
}

static int l_size(lua_State *L) {
  return read_ended(L, read_size);
}

/* object(): the body's JSON object; or nil, the reason, and "too_large" if it has too many values. */
static int read_object(lua_State *L, const transfer *t) {
  const buffer *body = &t->response.body;
  return json_decode_object(L, body->data != NULL ? body->data : "", body->length, t->value_limit);
}

static int l_object(lua_State *L) {
  return read_ended(L, read_object);
}

/* The status and the object of an answer that is no error and has one; nothing of any other. */
static int read_answer(lua_State *L, const transfer *t) {
  int top = lua_gettop(L);
  long status = transfer_status(t);
  const buffer *body = &t->response.body;
  if (status < 200 || status >= 300 || body->length == 0)
    return 0;
  lua_pushinteger(L, status);
  if (json_decode_answer(L, body->data, body->length, t->value_limit) == 1)
    return 2;
  lua_settop(L, top);
  return 0;
}

int push_answer(lua_State *L, transfer_box *box) {
  return read_held(L, box, read_answer);
}

/* info(): {http_version=, reused=, sends=, name=, connect=, tls=, first_byte=, total=} of the last
 * attempt; the last five are in seconds since its start. */
static int read_info(lua_State *L, const transfer *t) {
  metrics m = metrics_of(t);
  lua_newtable(L);
  set_metrics(L, &m);
  return 1;
}

/* receipt(): the same of a closed transfer, with {attempts=, status=, head=}: the status and the header lines are
 * missing if none came. nil if it was closed before it had ended. */
static int l_receipt(lua_State *L) {
  const transfer_box *box = check_class(L, 1, TRANSFER);
  const receipt *r = box->receipt; /* does not change any more */
  if (r == NULL)
    return push_nil(L);
  return push_receipt_table(L, r);
}

static int l_info(lua_State *L) {
  return read_ended(L, read_info);
}

/* What came is no answer to the request: its connection is not used again. */
static int l_distrust(lua_State *L) {
  transfer_distrust(check_transfer(L, 1));
  return 0;
}

static int l_tostring(lua_State *L) {
  const transfer_box *box = check_class(L, 1, TRANSFER);
  const transfer *t = box->closes ? NULL : box->transfer;
  const char *state = "under way";
  if (t == NULL)
    state = "closed";
  else if (t->state == TRANSFER_FINISHED)
    state = t->failure == TRANSFER_ANSWERED ? "answered" : failure_kind(t);
  lua_pushfstring(L, TRANSFER " (%s)", state);
  return 1;
}

void open_transfer(lua_State *L) {
  static const luaL_Reg methods[] = {{"close", l_close},
                                     {"is_closed", l_is_closed},
                                     {"done", l_done},
                                     {"in_flight", l_in_flight},
                                     {"result", l_result},
                                     {"sent", l_sent},
                                     {"attempts", l_attempts},
                                     {"stopped", l_stopped},
                                     {"info", l_info},
                                     {"status", l_status},
                                     {"header", l_header},
                                     {"text", l_text},
                                     {"size", l_size},
                                     {"object", l_object},
                                     {"distrust", l_distrust},
                                     {"retry_after", l_retry_after},
                                     {"receipt", l_receipt},
                                     {"settle", transfer_settle},
                                     {"uploaded", transfer_uploaded},
                                     {NULL, NULL}};
  static const luaL_Reg meta[] = {
      {"__gc", l_collect}, {"__close", l_close}, {"__tostring", l_tostring}, {NULL, NULL}};
  define_class(L, TRANSFER, meta, methods);
}
