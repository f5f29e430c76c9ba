/* Metatables. */
#include "compat.h"
#include "core.h"

void define_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  compat_setfuncs(L, meta, 0);
  lua_newtable(L);
  compat_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
