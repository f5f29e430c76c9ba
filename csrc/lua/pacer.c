/* core.pacer(rate): a rate of requests that share it, for the option `pacer` of a request. */
#include "compat.h"
#include "core.h"

#define PACER "twilio.numbers.pacer"

typedef struct pacer_box {
  pacer *pacer; /* a share of it; NULL when collected */
} pacer_box;

static int pacer_make(lua_State *L) {
  lua_Number rate = luaL_checknumber(L, 1);
  luaL_argcheck(L, rate > 0 && rate <= 1e6, 1, "a number above 0 (and up to 1000000) expected");
  pacer_box *box = lua_newuserdata(L, sizeof *box);
  box->pacer = NULL;
  luaL_getmetatable(L, PACER);
  lua_setmetatable(L, -2);
  box->pacer = pacer_new((double)rate);
  if (box->pacer == NULL)
    return luaL_error(L, "not enough memory");
  return 1;
}

pacer *check_pacer(lua_State *L, int index) {
  const pacer_box *box = luaL_checkudata(L, index, PACER);
  return box->pacer;
}

static int pacer_collect(lua_State *L) {
  pacer_box *box = luaL_checkudata(L, 1, PACER);
  pacer *own = box->pacer;
  box->pacer = NULL;
  pacer_release(own);
  return 0;
}

void open_pacer(lua_State *L) {
  static const luaL_Reg methods[] = {{NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", pacer_collect}, {NULL, NULL}};
  define_class(L, PACER, meta, methods);
  lua_pushcfunction(L, pacer_make);
  lua_setfield(L, -2, "pacer");
}
