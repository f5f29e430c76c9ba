/* Phone numbers in E.164 format: a plus and 2 to 15 digits, the first of them no zero. */
#include "core.h"

enum { DIGITS_LEAST = 2, DIGITS_MOST = 15 };

/* is_e164(value): whether it is one. */
static int l_is_e164(lua_State *L) {
  bool fits = lua_type(L, 1) == LUA_TSTRING;
  if (fits) {
    size_t length;
    const char *number = lua_tolstring(L, 1, &length);
    fits = length >= 1 + DIGITS_LEAST && length <= 1 + DIGITS_MOST && number[0] == '+' &&
           number[1] != '0';
    for (size_t i = 1; fits && i < length; i++)
      fits = number[i] >= '0' && number[i] <= '9'; /* isdigit follows the process's locale */
  }
  lua_pushboolean(L, fits);
  return 1;
}

void open_phone_number(lua_State *L) {
  lua_pushcfunction(L, l_is_e164);
  lua_setfield(L, -2, "is_e164");
}
