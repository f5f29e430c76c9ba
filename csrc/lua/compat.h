/* Names for what differs between Lua 5.1 to 5.4 and LuaJIT. None of these names is Lua's own. */
#ifndef TN_COMPAT_H
#define TN_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM >= 502
#define compat_rawlen lua_rawlen
#define compat_setuservalue lua_setuservalue
#define compat_getuservalue(L, index) ((void)lua_getuservalue(L, index))
#define compat_setfuncs(L, functions, upvalues) luaL_setfuncs(L, functions, upvalues)
#else
#define compat_rawlen lua_objlen
/* An environment is always a table, as our user values are. */
#define compat_setuservalue lua_setfenv
#define compat_getuservalue(L, index) lua_getfenv(L, index)

static inline void compat_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues) {
  luaL_checkstack(L, upvalues + 2, "too many upvalues");
  for (; functions->name != NULL; functions++) {
    for (int i = 0; i < upvalues; i++)
      lua_pushvalue(L, -upvalues);
    lua_pushcclosure(L, functions->func, upvalues);
    lua_setfield(L, -(upvalues + 2), functions->name);
  }
  lua_pop(L, upvalues);
}
#endif

/* True if the coroutine can yield here, that is, not within a callback of a C function. Lua 5.1 and
 * 5.2 have no such function, nor have LuaJITs before 2017, whose headers may be newer: then the
 * result is true. */
#if LUA_VERSION_NUM >= 503
#define compat_isyieldable lua_isyieldable
#elif defined(__GNUC__)
extern int lua_isyieldable(lua_State *L) __attribute__((weak));
static inline int compat_isyieldable(lua_State *L) {
  return lua_isyieldable == NULL || lua_isyieldable(L);
}
#else
#define compat_isyieldable(L) 1
#endif

/* lua_rawget and lua_gettable that return the value's type. */
#if LUA_VERSION_NUM >= 503
#define compat_rawget lua_rawget
#define compat_gettable lua_gettable
#else
static inline int compat_gettable(lua_State *L, int index) {
  lua_gettable(L, index);
  return lua_type(L, -1);
}

static inline int compat_rawget(lua_State *L, int index) {
  lua_rawget(L, index);
  return lua_type(L, -1);
}
#endif

/* For `return push_nil(L)`. */
static inline int push_nil(lua_State *L) {
  lua_pushnil(L);
  return 1;
}

/* Integers are a type of their own from 5.3 on. */
#if LUA_VERSION_NUM >= 503
#define COMPAT_INTEGERS 1
#else
#define COMPAT_INTEGERS 0
#endif

#endif
