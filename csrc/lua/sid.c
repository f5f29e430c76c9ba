/* SIDs: a prefix of two capital letters, and 32 hexadecimal digits in either case. */
#include <string.h>

#include "core.h"

enum { PREFIX = 2, DIGITS = 32 };

/* isxdigit follows the process's locale. */
static bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* validator(value): whether it is a SID with the prefix that the function was made for. */
static int is_sid(lua_State *L) {
  bool fits = lua_type(L, 1) == LUA_TSTRING;
  if (fits) {
    size_t length;
    const char *sid = lua_tolstring(L, 1, &length);
    fits =
        length == PREFIX + DIGITS && memcmp(sid, lua_tostring(L, lua_upvalueindex(1)), PREFIX) == 0;
    for (size_t i = PREFIX; fits && i < length; i++)
      fits = is_hexadecimal(sid[i]);
  }
  lua_pushboolean(L, fits);
  return 1;
}

/* sid_validator(prefix) returns a function that tells whether a value is a SID with that prefix. */
static int l_sid_validator(lua_State *L) {
  size_t length;
  (void)luaL_checklstring(L, 1, &length);
  luaL_argcheck(L, length == PREFIX, 1, "two letters expected");
  lua_settop(L, 1);
  lua_pushcclosure(L, is_sid, 1);
  return 1;
}

void open_sid(lua_State *L) {
  lua_pushcfunction(L, l_sid_validator);
  lua_setfield(L, -2, "sid_validator");
}
