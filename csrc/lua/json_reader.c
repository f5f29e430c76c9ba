/* Lua values from a JSON text, made while it is scanned.
 *
 * A table is made in its final size. So the values of an array or object wait on the Lua stack until it
 * closes. Those of a large one do not: its table is made once ROOM slots are full, and takes the following
 * values at once. No memory is held but Lua's own, so an error leaks nothing. */
#include <stdio.h>

#include "compat.h"
#include "core.h"
#include "escape.h"
#include "scanner.h"

enum { ROOM = 64, SCRATCH = 256, POSITION_ROOM = 32, RESERVED_MOST = 1 << 26 };

/* An array or object that is open. */
typedef struct level {
  int place;    /* the stack index of its table, or of nil before there is one */
  int count;    /* the values that are in the table, or in the stack's slots above place */
  bool is_made; /* there is a table */
  bool is_object;
} level;

typedef struct reader {
  lua_State *L;
  json_scanner scanner;
  level levels[JSON_DEPTH + 1]; /* by the scanner's depth; the first is unused */
} reader;

static void push_string(lua_State *L, const json_string *string) {
  char scratch[SCRATCH];
  if (!string->has_escapes) {
    lua_pushlstring(L, string->text, string->length);
  } else if (string->length <= sizeof scratch) {
    lua_pushlstring(L, scratch, json_unescape(string->text, string->length, scratch));
  } else {
    char *text = lua_newuserdata(L, string->length);
    lua_pushlstring(L, text, json_unescape(string->text, string->length, text));
    lua_remove(L, -2);
  }
}

static void push_number(lua_State *L, const json_number *number) {
  if (!number->is_integer)
    lua_pushnumber(L, (lua_Number)number->real);
#if COMPAT_INTEGERS
  else if ((lua_Integer)number->integer == number->integer)
    lua_pushinteger(L, (lua_Integer)number->integer);
#endif
  else
    lua_pushnumber(L, (lua_Number)number->integer);
}

static void open_level(reader *r, json_event kind) {
  level *l = &r->levels[r->scanner.depth];
  luaL_checkstack(r->L, ROOM + LUA_MINSTACK, "JSON is nested too deeply");
  lua_pushnil(r->L);
  *l = (level){.place = lua_gettop(r->L), .is_object = kind == JSON_OBJECT};
}

/* Puts the values that wait on the stack into a new table, which may get more of them. Of two members with
 * one name the last one counts. */
static void make_table(reader *r, level *l, int more) {
  lua_State *L = r->L;
  lua_createtable(L, l->is_object ? 0 : l->count + more, l->is_object ? l->count + more : 0);
  lua_replace(L, l->place);
  if (l->is_object) {
    for (int i = 0; i < l->count; i++) {
      lua_pushvalue(L, l->place + 1 + 2 * i);
      lua_pushvalue(L, l->place + 2 + 2 * i);
      lua_rawset(L, l->place);
    }
    lua_settop(L, l->place);
  } else {
    for (int i = l->count; i > 0; i--)
      lua_rawseti(L, l->place, i);
  }
  l->is_made = true;
}

static int count_rest(reader *r) {
  size_t rest = json_count_rest(&r->scanner);
  return rest < RESERVED_MOST ? (int)rest : RESERVED_MOST;
}

/* The value on top of the stack, and its name below it in an object, belong to the innermost level. */
static void add_value(reader *r) {
  level *l = &r->levels[r->scanner.depth];
  l->count++;
  if (l->is_made && l->is_object)
    lua_rawset(r->L, l->place);
  else if (l->is_made)
    lua_rawseti(r->L, l->place, l->count);
  else if (l->count == (l->is_object ? ROOM / 2 : ROOM))
    make_table(r, l, l->is_object ? ROOM / 2 : count_rest(r));
}

/* Leaves its table on top of the stack. */
static void close_level(reader *r) {
  level *l = &r->levels[r->scanner.depth + 1];
  if (!l->is_made)
    make_table(r, l, 0);
}

/* Pushes the text's value, and returns true; else leaves what it has on the stack. */
static bool read_text(reader *r) {
  lua_State *L = r->L;
  for (;;) {
    bool is_member = r->scanner.is_object[r->scanner.depth];
    json_event event = json_scan(&r->scanner);
    if (is_member && event < JSON_CLOSE)
      push_string(L, &r->scanner.name);
    switch (event) {
    case JSON_OBJECT:
    case JSON_ARRAY:
      open_level(r, event);
      continue;
    case JSON_CLOSE:
      close_level(r);
      break;
    case JSON_STRING:
      push_string(L, &r->scanner.string);
      break;
    case JSON_NUMBER:
      push_number(L, &r->scanner.number);
      break;
    case JSON_TRUE:
    case JSON_FALSE:
      lua_pushboolean(L, event == JSON_TRUE);
      break;
    case JSON_NULL:
      lua_pushlightuserdata(L, NULL); /* as lua-cjson has it */
      break;
    case JSON_END:
      return true;
    case JSON_REFUSED:
      return false;
    }
    if (r->scanner.depth > 0)
      add_value(r);
  }
}

static int refuse(reader *r, int top) {
  char position[POSITION_ROOM];
  lua_settop(r->L, top);
  lua_pushnil(r->L);
  (void)snprintf(position, sizeof position, "%zu", json_position(&r->scanner));
  lua_pushfstring(r->L, "%s at byte %s", r->scanner.reason, position);
  if (!r->scanner.has_too_many)
    return 2;
  lua_pushliteral(r->L, "too_large");
  return 3;
}

int json_decode(lua_State *L, const char *text, size_t length, size_t most_values) {
  reader r;
  int top = lua_gettop(L);
  r.L = L;
  json_begin(&r.scanner, text, length, most_values);
  return read_text(&r) ? 1 : refuse(&r, top);
}

int json_decode_object(lua_State *L, const char *text, size_t length, size_t most_values) {
  reader r;
  int top = lua_gettop(L);
  r.L = L;
  json_begin(&r.scanner, text, length, most_values);
  int first = r.scanner.reason == NULL ? json_peek(&r.scanner) : '{';
  if (first == '{')
    return read_text(&r) ? 1 : refuse(&r, top);
  lua_pushnil(L);
  lua_pushstring(L, first < 0 ? "it is empty" : "it is not a JSON object");
  return 2;
}
