/* What came with an answer as a Lua object, without a finalizer: it has no memory but Lua's. */
#include "receipt.h"

#include "compat.h"
#include "core.h"

#define RECEIPT "twilio.numbers.receipt"

void set_metrics(lua_State *L, const metrics *m) {
  static const char *const names[MOMENT_COUNT] = {
      [MOMENT_NAME] = "name",   [MOMENT_CONNECT] = "connect",
      [MOMENT_TLS] = "tls",     [MOMENT_FIRST_BYTE] = "first_byte",
      [MOMENT_TOTAL] = "total",
  };
  lua_pushinteger(L, m->sends);
  lua_setfield(L, -2, "sends");
  lua_pushboolean(L, m->reused);
  lua_setfield(L, -2, "reused");
  lua_pushstring(L, m->http);
  lua_setfield(L, -2, "http_version");
  for (int i = 0; i < MOMENT_COUNT; i++) {
    lua_pushnumber(L, (lua_Number)m->moments[i] / 1e6);
    lua_setfield(L, -2, names[i]);
  }
}

int push_receipt_table(lua_State *L, const receipt *r) {
  lua_newtable(L);
  set_metrics(L, &r->metrics);
  lua_pushinteger(L, r->attempts);
  lua_setfield(L, -2, "attempts");
  if (r->status != 0) {
    lua_pushinteger(L, r->status);
    lua_setfield(L, -2, "status");
  }
  if (r->head_length > 0) {
    lua_pushlstring(L, r->head, r->head_length);
    lua_setfield(L, -2, "head");
  }
  return 1;
}

static void push_receipt(lua_State *L, const transfer *t) {
  size_t room = receipt_size(t);
  receipt *r = lua_newuserdata(L, room); /* may run finalizers; none of them has the transfer */
  receipt_fill(r, room, t);
  luaL_getmetatable(L, RECEIPT);
  lua_setmetatable(L, -2);
}

int transfer_settle(lua_State *L) {
  transfer *t = check_transfer(L, 1);
  push_receipt(L, t);
  *(transfer_box *)lua_touserdata(L, 1) = (transfer_box){0};
  engine_release(t);
  compat_getuservalue(L, 1);
  lua_pushvalue(L, 1);
  lua_rawseti(L, -2, LINK_SPARE);
  lua_pop(L, 1);
  return 1;
}

/* receipt(): the same table as that of a closed transfer. */
static int l_receipt(lua_State *L) {
  return push_receipt_table(L, check_class(L, 1, RECEIPT));
}

static int l_tostring(lua_State *L) {
  (void)check_class(L, 1, RECEIPT);
  lua_pushliteral(L, RECEIPT);
  return 1;
}

void open_receipt(lua_State *L) {
  static const luaL_Reg methods[] = {{"receipt", l_receipt}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__tostring", l_tostring}, {NULL, NULL}};
  define_class(L, RECEIPT, meta, methods);
}
