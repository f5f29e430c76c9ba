/* Metatables. */
#include "compat.h"
#include "core.h"

void define_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  compat_setfuncs(L, meta, 0);
  lua_newtable(L);
  lua_pushvalue(L, -2);
  compat_setfuncs(L, methods, 1);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

void *check_class(lua_State *L, int index, const char *name) {
  void *object = index == 1 ? lua_touserdata(L, 1) : NULL; /* not a further argument */
  if (object != NULL && lua_getmetatable(L, index) != 0) {
    bool is_own = lua_rawequal(L, -1, lua_upvalueindex(1)) != 0;
    lua_pop(L, 1);
    if (is_own)
      return object;
  }
  return luaL_checkudata(L, index, name);
}
