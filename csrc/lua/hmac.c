/* core.verifier(keys) checks signatures with one of several keys. It keeps the keys in C memory and
 * overwrites them at the end. core.sha256(text), core.sha256_list(...), core.equal(a, b). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "core.h"
#include "hmac.h"
#include "secret_text.h"
#include "secure_zero.h"

#define VERIFIER "twilio.numbers.verifier"

enum { KEYS = 8 }; /* two are in use while a key is being replaced */

typedef struct verifier {
  hmac_hash hash; /* of all signatures */
  int count;
  char *keys[KEYS]; /* owned; overwritten at the end */
} verifier;

static verifier *check(lua_State *L) {
  return luaL_checkudata(L, 1, VERIFIER);
}

static int verifier_close(lua_State *L) {
  verifier *v = check(L);
  while (v->count > 0)
    secure_free(v->keys[--v->count]);
  return 0;
}

static void add_key(lua_State *L, verifier *v, const char *text) {
  v->keys[v->count] = strdup(text);
  if (v->keys[v->count] == NULL)
    luaL_error(L, "not enough memory");
  v->count++;
}

static void add_keys(lua_State *L, verifier *v) {
  int count = (int)compat_rawlen(L, 1);
  luaL_argcheck(L, count >= 1 && count <= KEYS, 1, "from 1 to 8 keys expected");
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, 1, i);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    if (lua_type(L, -1) != LUA_TSTRING || strlen(text) != compat_rawlen(L, -1))
      luaL_error(L, "key %d: a text without control characters expected", i);
    const char *problem = secret_text_problem(text);
    if (problem != NULL)
      luaL_error(L, "key %d: %s", i, problem);
    add_key(L, v, text);
    lua_pop(L, 1);
  }
}

/* verifier({key, …}), or verifier(nil, variable) with the key from that environment variable. That
 * key never becomes a Lua string. nil if the variable is not set; with what is wrong with it, if it is
 * no key. A third argument names the hash, "sha1" or "sha256"; without it, it is SHA-1. */
static int verifier_new(lua_State *L) {
  static const char *const hashes[] = {"sha1", "sha256", NULL};
  hmac_hash hash = luaL_checkoption(L, 3, "sha1", hashes) == 1 ? HASH_SHA256 : HASH_SHA1;
  const char *variable = lua_isnoneornil(L, 1) ? luaL_checkstring(L, 2) : NULL;
  const char *from_environment = variable != NULL ? getenv(variable) : NULL;
  if (variable == NULL)
    luaL_checktype(L, 1, LUA_TTABLE);
  else if (from_environment == NULL || *from_environment == '\0')
    return push_nil(L);
  const char *problem = variable != NULL ? secret_text_problem(from_environment) : NULL;
  if (problem != NULL) {
    lua_pushnil(L);
    lua_pushstring(L, problem);
    return 2;
  }
  verifier *v = lua_newuserdata(L, sizeof *v);
  v->hash = hash;
  v->count = 0;
  luaL_getmetatable(L, VERIFIER);
  lua_setmetatable(L, -2);
  if (variable != NULL)
    add_key(L, v, from_environment);
  else
    add_keys(L, v);
  return 1;
}

/* verifies(signature, text, …): whether the signature is the base64 HMAC of one of the texts with one
 * of the keys. All are compared, so that the time does not depend on which one matches. */
static int verifier_verifies(lua_State *L) {
  const verifier *v = check(L);
  size_t signature_length, length;
  const char *signature = luaL_checklstring(L, 2, &signature_length);
  bool found = false;
  for (int i = 3; i <= lua_gettop(L); i++) {
    const char *text = luaL_checklstring(L, i, &length);
    for (int k = 0; k < v->count; k++) {
      char expected[HMAC_BASE64_MOST + 1];
      size_t expected_length = hmac_base64(v->hash, v->keys[k], text, length, expected);
      if (expected_length == 0)
        return luaL_error(L, "libcrypto cannot compute this HMAC here");
      found |= constant_time_equal(signature, signature_length, expected, expected_length);
    }
  }
  lua_pushboolean(L, found);
  return 1;
}

static int verifier_tostring(lua_State *L) {
  lua_pushfstring(L, VERIFIER " (%d keys)", check(L)->count);
  return 1;
}

static int push_sha256(lua_State *L, const char *text, size_t length) {
  char result[SHA256_HEX + 1];
  if (!sha256_hex(text, length, result))
    return luaL_error(L, "libcrypto cannot compute SHA-256 here");
  lua_pushlstring(L, result, SHA256_HEX);
  return 1;
}

/* sha256(text [, first]): of a text, or of what it has from that byte on. */
static int l_sha256(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Number first = luaL_optnumber(L, 2, 1);
  luaL_argcheck(L, first >= 1 && first <= (lua_Number)length + 1, 2,
                "a place in the text expected");
  size_t before = (size_t)first - 1;
  return push_sha256(L, text + before, length - before);
}

enum { DIGITS = 20 }; /* of the largest 64-bit number */

/* Writes a whole number to the end of the room, at a fraction of the time that snprintf takes. Gives its first digit. */
static const char *write_whole(uint64_t number, char room[DIGITS]) {
  char *first = room + DIGITS;
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  return first;
}

/* Adds a text, with its length before it. */
static void add_text(luaL_Buffer *made, const char *text, size_t length) {
  char room[DIGITS];
  const char *first = write_whole(length, room);
  luaL_addlstring(made, first, (size_t)(room + DIGITS - first));
  luaL_addchar(made, ':');
  luaL_addlstring(made, text, length);
}

/* The same of a number, which is written without a fraction. */
static void add_number(luaL_Buffer *made, double number) {
  char text[512]; /* the largest number has 309 digits */
  if (number >= 1 && number < 1e15 && (double)(uint64_t)number == number) {
    const char *first = write_whole((uint64_t)number, text);
    add_text(made, first, (size_t)(text + DIGITS - first));
  } else {
    add_text(made, text, (size_t)snprintf(text, sizeof text, "%.0f", number));
  }
}

/* Adds the argument, nil as "-". */
static void add_argument(lua_State *L, luaL_Buffer *made, int index) {
  size_t length;
  const char *text;
  switch (lua_type(L, index)) {
  case LUA_TNIL:
    luaL_addchar(made, '-');
    break;
  case LUA_TNUMBER:
    add_number(made, lua_tonumber(L, index));
    break;
  case LUA_TSTRING:
    text = lua_tolstring(L, index, &length);
    add_text(made, text, length);
    break;
  default:
    luaL_argerror(L, index, "a text, a number or nil expected");
  }
}

/* sha256_list(text, ...): SHA-256 of a text and of values after it, which are texts, numbers or nil. The length of each
 * value goes before it, so that no two lists have the same text. A number is written without a fraction. */
static int l_sha256_list(lua_State *L) {
  int count = lua_gettop(L);
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  luaL_Buffer made;
  luaL_buffinit(L, &made);
  luaL_addlstring(&made, text, length);
  for (int i = 2; i <= count; i++) {
    if (i > 2)
      luaL_addchar(&made, ',');
    add_argument(L, &made, i);
  }
  luaL_pushresult(&made);
  text = lua_tolstring(L, -1, &length);
  return push_sha256(L, text, length);
}

/* equal(a, b): whether two texts are equal, in a time that depends on their lengths only. */
static int l_equal(lua_State *L) {
  size_t a_length, b_length;
  const char *a = luaL_checklstring(L, 1, &a_length);
  const char *b = luaL_checklstring(L, 2, &b_length);
  lua_pushboolean(L, constant_time_equal(a, a_length, b, b_length));
  return 1;
}

void open_hmac(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"verifies", verifier_verifies}, {"close", verifier_close}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", verifier_close},
                                  {"__close", verifier_close},
                                  {"__tostring", verifier_tostring},
                                  {NULL, NULL}};
  static const luaL_Reg functions[] = {{"verifier", verifier_new},
                                       {"sha256", l_sha256},
                                       {"sha256_list", l_sha256_list},
                                       {"equal", l_equal},
                                       {NULL, NULL}};
  define_class(L, VERIFIER, meta, methods);
  compat_setfuncs(L, functions, 0);
}
