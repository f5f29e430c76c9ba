/* JSON by lua-cjson, with an instance of its own: its settings do not affect the program's cjson,
 * nor the other way round. */
#include <math.h>
#include <string.h>

#include "compat.h"
#include "core.h"

enum { DEPTH = 100 };

#if COMPAT_INTEGERS
/* lua-cjson 2.1.0 makes every number a float. Newer versions make an integer of a number without
 * fraction and exponent. Here both give an integer if the value is whole and a float represents it
 * exactly, otherwise a float. */
static bool is_exact(lua_Number value) {
  return value > -9007199254740992.0 && value < 9007199254740992.0 && floor(value) == value;
}

static bool settle_number(lua_State *L, int index) {
  lua_Number value = lua_tonumber(L, index);
  bool exact = is_exact(value);
  if (exact == (bool)lua_isinteger(L, index))
    return false;
  if (exact)
    lua_pushinteger(L, (lua_Integer)value);
  else
    lua_pushnumber(L, value);
  return true;
}

/* Converts the numbers of the table on top of the stack. The decoder has bounded the depth. */
static void settle_table(lua_State *L) {
  luaL_checkstack(L, 5, "JSON is nested too deeply");
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    int type = lua_type(L, -1);
    if (type == LUA_TTABLE) {
      settle_table(L);
    } else if (type == LUA_TNUMBER && settle_number(L, -1)) {
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, -5);
    }
    lua_pop(L, 1);
  }
}

static void settle(lua_State *L) {
  if (lua_type(L, -1) == LUA_TTABLE)
    settle_table(L);
  else if (lua_type(L, -1) == LUA_TNUMBER && settle_number(L, -1))
    lua_replace(L, -2);
}
#else
static void settle(lua_State *L) {
  (void)L;
}
#endif

/* True if the text may contain a number that overflows: one with an exponent or very many digits. A
 * false positive, such as an e after a digit in a string, only costs the check of the values. */
static bool may_overflow(const char *text, size_t length) {
  size_t digits = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] >= '0' && text[i] <= '9') {
      if (++digits > 300)
        return true;
    } else {
      if (digits > 0 && (text[i] == 'e' || text[i] == 'E'))
        return true;
      digits = 0;
    }
  }
  return false;
}

/* True if all numbers in the value on top of the stack are finite. */
static bool is_finite(lua_State *L) {
  if (lua_type(L, -1) == LUA_TNUMBER)
    return isfinite(lua_tonumber(L, -1));
  if (lua_type(L, -1) != LUA_TTABLE)
    return true;
  luaL_checkstack(L, 3, "JSON is nested too deeply");
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    bool finite = is_finite(L);
    lua_pop(L, finite ? 1 : 2);
    if (!finite)
      return false;
  }
  return true;
}

static int fail(lua_State *L, const char *message) {
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}

/* An error of the text is returned. Out of memory is raised again. */
static int call_guarded(lua_State *L, int arguments) {
  int status = lua_pcall(L, arguments, 1, 0);
  if (status == LUA_ERRMEM)
    return lua_error(L);
  return status;
}

static int fail_with_top(lua_State *L) {
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int json_decode(lua_State *L, int decoder, const char *text, size_t length, bool object_only) {
  if (object_only) {
    size_t blank = 0;
    while (blank < length && is_blank(text[blank]))
      blank++;
    if (blank == length || text[blank] != '{')
      return fail(L, blank == length ? "it is empty" : "it is not a JSON object");
  }
  if (length > 0 && memchr(text, '\0', length) != NULL)
    return fail(L, "it has a zero byte");
  lua_pushvalue(L, decoder);
  lua_pushlstring(L, text != NULL ? text : "", length);
  if (call_guarded(L, 1) != 0)
    return fail_with_top(L);
  if (length > 0 && may_overflow(text, length) && !is_finite(L))
    return fail(L, "a number in it is out of range");
  settle(L);
  return 1;
}

static int decode(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  return json_decode(L, lua_upvalueindex(1), text, length, false);
}

static int encode(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  return call_guarded(L, 1) != 0 ? fail_with_top(L) : 1;
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
  configure(L, instance, "decode_max_depth", DEPTH, false);
  configure(L, instance, "encode_max_depth", DEPTH, false);
  configure(L, instance, "decode_invalid_numbers", 0, true);
  configure(L, instance, "encode_invalid_numbers", 0, true);
  configure(L, instance, "encode_keep_buffer", 0, true);
}

static void wrap(lua_State *L, int module, int instance, const char *name, lua_CFunction function) {
  lua_getfield(L, instance, name);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, module, name);
}

void open_json(lua_State *L) {
  int module = lua_gettop(L);
  push_instance(L);
  int instance = lua_gettop(L);
  wrap(L, module, instance, "decode", decode);
  wrap(L, module, instance, "encode", encode);
  lua_getfield(L, instance, "null");
  lua_setfield(L, module, "null");
  lua_settop(L, module);
}

void push_decoder(lua_State *L, int module) {
  lua_getfield(L, module, "decode");
  lua_getupvalue(L, -1, 1);
  lua_remove(L, -2);
}
