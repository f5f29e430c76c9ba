#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"

enum { NUMBER_MOST = 64 }; /* characters of a number as Lua writes it */

/* The number on top of the stack as text, with a point whatever the locale's separator is. */
static const char *with_point(lua_State *L, char text[NUMBER_MOST]) {
  static const char usual[] = "0123456789+-abcdefghijklmnopqrstuvwxyz";
  size_t length = 0;
  lua_pushvalue(L, -1);
  for (const char *c = lua_tostring(L, -1); *c != '\0' && length < NUMBER_MOST - 1; c++) {
    char shown = '.';
    if (strchr(usual, *c) != NULL)
      shown = *c;
    if (shown != '.' || length == 0 || text[length - 1] != '.')
      text[length++] = shown;
  }
  text[length] = '\0';
  lua_pop(L, 1);
  return text;
}

static int wrong(lua_State *L, const char *name, const char *wanted) {
  char number[NUMBER_MOST];
  const char *got = luaL_typename(L, -1);
  if (lua_type(L, -1) == LUA_TNUMBER)
    got = with_point(L, number);
  return luaL_error(L, "option '%s': %s expected, got %s", name, wanted, got);
}

void options_only(lua_State *L, int index, const char *const names[]) {
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
      luaL_error(L, "option names are strings, got a %s", luaL_typename(L, -1));
    const char *name = lua_tostring(L, -1);
    int i = 0;
    while (names[i] != NULL && strcmp(names[i], name) != 0)
      i++;
    if (names[i] == NULL)
      luaL_error(L, "unknown option '%s'", name);
  }
}

const char *option_string(lua_State *L, int index, const char *name, const char *otherwise) {
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    if (lua_type(L, -1) != LUA_TSTRING)
      wrong(L, name, "a string");
    otherwise = lua_tostring(L, -1);
    if (strlen(otherwise) != compat_rawlen(L, -1) || strpbrk(otherwise, "\r\n") != NULL)
      luaL_error(L, "option '%s': a line break or a zero byte is in it", name);
  }
  return otherwise;
}

char *option_copy(lua_State *L, int index, const char *name) {
  const char *text = option_string(L, index, name, NULL);
  char *copy = text != NULL ? malloc(strlen(text) + 1) : NULL;
  if (copy != NULL)
    memcpy(copy, text, strlen(text) + 1);
  else if (text != NULL)
    luaL_error(L, "not enough memory");
  lua_pop(L, 1);
  return copy;
}

long option_milliseconds(lua_State *L, int index, const char *name, long otherwise) {
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    double seconds = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !(seconds > 0 && seconds <= 1e6))
      wrong(L, name, "a number of seconds above 0 (and up to 1000000)");
    otherwise = (long)ceil(seconds * 1000);
  }
  lua_pop(L, 1);
  return otherwise;
}

double option_positive(lua_State *L, int index, const char *name, double otherwise) {
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    otherwise = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !(otherwise > 0 && otherwise <= 1e6))
      wrong(L, name, "a number above 0 (and up to 1000000)");
  }
  lua_pop(L, 1);
  return otherwise;
}

double option_count(lua_State *L, int index, const char *name, double otherwise, double most) {
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    otherwise = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !(otherwise >= 1 && otherwise <= most) ||
        floor(otherwise) < otherwise) {
      lua_pushfstring(L, "a whole number from 1 to %d", (int)most);
      const char *wanted = lua_tostring(L, -1);
      lua_pushvalue(L, -2);
      wrong(L, name, wanted);
    }
  }
  lua_pop(L, 1);
  return otherwise;
}

bool option_flag(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1) && !lua_isboolean(L, -1))
    wrong(L, name, "true or false");
  bool flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

int option_choice(lua_State *L, int index, const char *name, const char *const choices[]) {
  int choice = 0;
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    while (choices[choice] != NULL && strcmp(choices[choice], text) != 0)
      choice++;
    if (choices[choice] == NULL) {
      lua_pushliteral(L, "");
      for (int i = 0; choices[i] != NULL; i++)
        lua_pushfstring(L, i == 0 ? "\"%s\"" : " or \"%s\"", choices[i]), lua_concat(L, 2);
      const char *list = lua_tostring(L, -1);
      lua_pushvalue(L, -2);
      wrong(L, name, list);
    }
  }
  lua_pop(L, 1);
  return choice;
}
