/* JSON: decoded by csrc/json, encoded by lua-cjson. lua-cjson is an instance of its own: its settings do
 * not affect the program's cjson, nor the other way round. */
#include <limits.h>

#include "c_locale.h"
#include "compat.h"
#include "core.h"

enum { DEPTH = 100 };

/* decode(text [, most_values]) returns the text's value; or nil, the reason, and "too_large" if it has more
 * values. */
static int decode(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Number most = luaL_optnumber(L, 2, INT_MAX);
  luaL_argcheck(L, most >= 1 && most <= INT_MAX, 2, "a number of values expected");
  return json_decode(L, text, length, (size_t)most);
}

/* lua-cjson writes numbers by the locale of this moment and turns the decimal point of the locale that it
 * was loaded in. In the locale C both are a point. An error does not pass by: it comes back as a status. */
static int call_in_c_locale(lua_State *L) {
  locale_t before = enter_c_locale();
  if (before == (locale_t)0)
    return luaL_error(L, "not enough memory");
  int status = lua_pcall(L, 1, 1, 0);
  leave_c_locale(before);
  return status;
}

/* encode(value) returns its text; or nil and the reason. Out of memory is raised again. */
static int encode(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  int status = call_in_c_locale(L);
  if (status == 0)
    return 1;
  if (status == LUA_ERRMEM)
    return lua_error(L);
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

static void configure(lua_State *L, int instance, const char *setting, int value, bool flag) {
  lua_getfield(L, instance, setting);
  if (flag)
    lua_pushboolean(L, value);
  else
    lua_pushinteger(L, value);
  lua_call(L, 1, 0);
}

static void push_instance(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "new");
  lua_call(L, 0, 1);
  lua_remove(L, -2);
  int instance = lua_gettop(L);
  configure(L, instance, "encode_max_depth", DEPTH, false);
  configure(L, instance, "encode_invalid_numbers", 0, true);
  configure(L, instance, "encode_keep_buffer", 0, true);
}

void open_json(lua_State *L) {
  int module = lua_gettop(L);
  push_instance(L);
  int instance = lua_gettop(L);
  lua_getfield(L, instance, "encode");
  lua_pushcclosure(L, encode, 1);
  lua_setfield(L, module, "encode");
  lua_pushcfunction(L, decode);
  lua_setfield(L, module, "decode");
  lua_getfield(L, instance, "null");
  lua_setfield(L, module, "null");
  lua_settop(L, module);
}
