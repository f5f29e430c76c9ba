/* Wakes an event loop that waits for a Unix socket. */
#include "waker.h"

#include "compat.h"
#include "core.h"

#define WAKER "twilio.numbers.waker"

typedef struct waker_box {
  waker *waker; /* owned; NULL when closed */
} waker_box;

static waker *check(lua_State *L) {
  const waker_box *box = luaL_checkudata(L, 1, WAKER);
  luaL_argcheck(L, box->waker != NULL, 1, "closed waker");
  return box->waker;
}

/* waker(): the waker and the path of its socket, to connect to once. nil where there is none. */
static int l_new(lua_State *L) {
  waker_box *box = lua_newuserdata(L, sizeof *box);
  box->waker = NULL;
  luaL_getmetatable(L, WAKER);
  lua_setmetatable(L, -2);
  box->waker = waker_open();
  if (box->waker == NULL)
    return push_nil(L);
  lua_pushstring(L, waker_path(box->waker));
  return 2;
}

/* accept(): whether it took the connection and started its thread. */
static int l_accept(lua_State *L) {
  lua_pushboolean(L, waker_accept(check(L)));
  return 1;
}

/* watch(descriptor): whether it is watched from now on, until it is closed. */
static int l_watch(lua_State *L) {
  lua_pushboolean(L, waker_watch(check(L), (int)luaL_checkinteger(L, 2)));
  return 1;
}

/* arm(seconds): a byte comes when a watched descriptor is readable, at the latest after that time. */
static int l_arm(lua_State *L) {
  lua_Number seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0 && seconds <= 86400, 2, "0 to 86400 expected");
  waker_arm(check(L), (int64_t)(seconds * 1000 + 0.999));
  return 0;
}

/* ring(): a byte comes now. */
static int l_ring(lua_State *L) {
  waker_ring(check(L));
  return 0;
}

/* host(): the descriptor of the event loop's own epoll set, or nil. It is asked after the connection was made and
 * before accept. */
static int l_host(lua_State *L) {
  int host = waker_host(check(L));
  if (host < 0)
    return push_nil(L);
  lua_pushinteger(L, host);
  return 1;
}

/* hold(host, descriptor, seconds) waits until the descriptor is readable or the loop has something to do, and returns
 * whether it is readable. */
static int l_hold(lua_State *L) {
  (void)check(L);
  lua_Number seconds = luaL_checknumber(L, 4);
  luaL_argcheck(L, seconds >= 0 && seconds <= 1, 4, "0 to 1 expected");
  lua_pushboolean(L, waker_hold((int)luaL_checkinteger(L, 2), (int)luaL_checkinteger(L, 3),
                                (int)(seconds * 1000)));
  return 1;
}

/* close(): no byte comes any more. Doing it twice is harmless. */
static int l_close(lua_State *L) {
  waker_box *box = luaL_checkudata(L, 1, WAKER);
  waker *own = box->waker;
  box->waker = NULL;
  waker_close(own);
  return 0;
}

void open_waker(lua_State *L) {
  static const luaL_Reg methods[] = {{"accept", l_accept}, {"watch", l_watch}, {"arm", l_arm},
                                     {"ring", l_ring},     {"host", l_host},   {"hold", l_hold},
                                     {"close", l_close},   {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", l_close}, {"__close", l_close}, {NULL, NULL}};
  define_class(L, WAKER, meta, methods);
  lua_pushcfunction(L, l_new);
  lua_setfield(L, -2, "waker");
}
