/* Lua values from a JSON text, made while it is scanned.
 *
 * The values of an array or object wait on the Lua stack until it closes, so that its table has its final size.
 * Those of a large one do not: its table is made once ROOM slots are full, and takes the following values at
 * once. No memory is held but Lua's own, so an error leaks nothing.
 *
 * The objects of one array mostly have the same names, and some of the same texts. So what the first one has stays on
 * the stack as a model. The following ones get its size, and those of its members that they have too: their bytes are
 * compared, since to look up a string that Lua has already costs more than all else. */
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "core.h"
#include "escape.h"
#include "json_names.h"
#include "scanner.h"

enum { ROOM = 64, SCRATCH = 256, POSITION_ROOM = 32, RESERVED_MOST = 1 << 26 };
enum { MODEL_MOST = ROOM / 2, MEMBERS_MOST = 4 * MODEL_MOST }; /* members of a model, of all */
enum { MEMBER_LEAST = 5 };                                     /* the bytes of a member: "":0, */

/* An array or object that is open. */
typedef struct level {
  int place;    /* the stack index of its table, or of nil before there is one */
  int count;    /* the values that are in the table, or in the stack's slots above place */
  bool is_made; /* there is a table */
  bool is_object;
  const char *start;    /* where its text begins */
  json_member *members; /* an array: its model's; an object that may become one: its own; or NULL */
  int member_count;     /* an array: of its model, whose names and values are from place + 2 on */
  const struct level *array; /* an object in an array with a model: that array; else NULL */
} level;

typedef struct reader {
  lua_State *L;
  json_scanner scanner;
  json_names names;
  level levels[JSON_DEPTH + 1]; /* by the scanner's depth; the first is unused */
  json_member members[MEMBERS_MOST];
  int member_count;    /* of all models, and of objects that may be one */
  size_t reserve_left; /* how many more slots arrays may get ahead of their values */
  size_t members_left; /* how many more slots objects may get as their models have members */
} reader;

static void push_string(lua_State *L, const json_string *string) {
  char scratch[SCRATCH];
  if (!string->has_escapes) {
    lua_pushlstring(L, string->text, string->length);
  } else if (string->length <= sizeof scratch) {
    lua_pushlstring(L, scratch, json_unescape(string->text, string->length, scratch));
  } else {
    char *unescaped = lua_newuserdata(L, string->length);
    lua_pushlstring(L, unescaped, json_unescape(string->text, string->length, unescaped));
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

static inline int slot_of_next(const level *l) {
  return l->array->place + 2 + 2 * l->count;
}

/* Tells the scanner what the next members of the innermost object are likely to be. */
static inline void expect_members(reader *r) {
  const level *l = &r->levels[r->scanner.depth];
  bool is_known = l->array != NULL && l->count < l->array->member_count;
  if (is_known)
    json_expect(&r->scanner, &l->array->members[l->count],
                (size_t)(l->array->member_count - l->count));
  else
    json_expect(&r->scanner, NULL, 0);
}

/* The name of the member whose value was the event. A member of an object that may become a model is noted. */
static inline void push_name(reader *r, const level *l, json_event event) {
  if (r->scanner.has_likely_name)
    lua_pushvalue(r->L, slot_of_next(l));
  else if (r->scanner.name.has_escapes)
    push_string(r->L, &r->scanner.name);
  else
    push_known_name(r->L, &r->names, r->scanner.name.text, r->scanner.name.length);
  if (l->members != NULL)
    l->members[l->count] = json_last_member(&r->scanner, event);
}

/* The slots of an object in an array with a model. All of them get no more than the text has room for: small objects
 * may follow a large one. */
static int slots_by_model(reader *r, const level *array) {
  size_t count = (size_t)array->member_count;
  if (count > r->members_left)
    count = r->members_left;
  r->members_left -= count;
  return (int)count;
}

/* An object may become a model if it is the first value of an array, and there is room for its members. */
static json_member *room_for_model(reader *r, const level *l) {
  const level *outer = l - 1;
  bool is_first = r->scanner.depth > 1 && !outer->is_object && outer->count == 0;
  if (!l->is_object || !is_first || r->member_count + MODEL_MOST > MEMBERS_MOST)
    return NULL;
  json_member *room = &r->members[r->member_count];
  r->member_count += MODEL_MOST;
  return room;
}

/* Gives back what a model, or an object that does not become one, has of the room. */
static void forget_members(reader *r, level *l) {
  if (l->members != NULL)
    r->member_count = (int)(l->members - r->members);
  l->members = NULL;
}

static void open_level(reader *r, json_event kind) {
  level *l = &r->levels[r->scanner.depth];
  luaL_checkstack(r->L, ROOM + LUA_MINSTACK, "JSON is nested too deeply");
  *l = (level){.is_object = kind == JSON_OBJECT, .start = r->scanner.at};
  l->members = room_for_model(r, l);
  if (l->is_object && r->scanner.depth > 1 && l[-1].member_count > 0) {
    l->array = l - 1;
    l->is_made = true;
    lua_createtable(r->L, 0, slots_by_model(r, l->array));
  } else {
    lua_pushnil(r->L);
  }
  l->place = lua_gettop(r->L);
}

/* How many more values an array is likely to get, if they are as long as the `count` that it has. All arrays together
 * are given no more than the text has room for. */
static int reserve(reader *r, const level *l, int count) {
  const json_scanner *s = &r->scanner;
  size_t length = (size_t)(s->at - l->start) / (size_t)count + 1;
  size_t more = (size_t)(s->end - s->at) / length;
  if (more > r->reserve_left)
    more = r->reserve_left;
  r->reserve_left -= more;
  return (int)more;
}

/* Puts the members that wait on the stack into a new table, which may get more of them, and pushes it. Of two members
 * with one name the last one counts. */
static void push_object(lua_State *L, const level *l, int more) {
  lua_createtable(L, 0, l->count + more);
  int made = lua_gettop(L);
  for (int i = 0; i < l->count; i++) {
    lua_pushvalue(L, l->place + 1 + 2 * i);
    lua_pushvalue(L, l->place + 2 + 2 * i);
    lua_rawset(L, made);
  }
}

/* The same for any level, in its place. */
static void make_table(reader *r, level *l, int more) {
  lua_State *L = r->L;
  if (l->is_object) {
    push_object(L, l, more);
    lua_replace(L, l->place);
    lua_settop(L, l->place);
  } else {
    lua_createtable(L, l->count + more, 0);
    lua_replace(L, l->place);
    for (int i = l->count; i > 0; i--)
      lua_rawseti(L, l->place, i);
  }
  l->is_made = true;
}

/* The first object of an array becomes its model: the array's table is made with it, and its members stay. */
static void make_model(reader *r, level *array, const level *object) {
  lua_State *L = r->L;
  array->members = object->members;
  array->member_count = object->count;
  json_link_members(array->members, (size_t)object->count);
  r->member_count = (int)(object->members - r->members) + object->count;
  array->count = 1;
  array->is_made = true;
  lua_createtable(L, 1 + reserve(r, array, 1), 0);
  lua_replace(L, array->place);
  push_object(L, object, 0);
  lua_rawseti(L, array->place, 1);
}

/* Leaves the table of the level that has closed on top of the stack, and returns true; false if it is in its array
 * already. */
static bool close_level(reader *r) {
  level *l = &r->levels[r->scanner.depth + 1], *outer = l - 1;
  if (l->is_object && l->members != NULL && l->count > 0) {
    make_model(r, outer, l);
    return false;
  }
  if (l->is_made)
    lua_settop(r->L, l->place);
  else
    make_table(r, l, 0);
  forget_members(r, l);
  return true;
}

/* Makes the table of a level that has no more room on the stack. Such an object becomes no model. */
static void make_large(reader *r, level *l) {
  make_table(r, l, l->is_object ? ROOM / 2 : reserve(r, l, ROOM));
  forget_members(r, l);
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
    make_large(r, l);
}

/* Takes members from the model, for their names and values are the same there. */
static void add_repeated(reader *r, level *l) {
  lua_State *L = r->L;
  int slot = slot_of_next(l), end = slot + 2 * (int)r->scanner.repeated;
  l->count += (int)r->scanner.repeated;
  for (; slot < end; slot += 2) {
    lua_pushvalue(L, slot);
    lua_pushvalue(L, slot + 1);
    lua_rawset(L, l->place);
  }
}

/* Pushes the text's value, and returns true; else leaves what it has on the stack. */
static bool read_text(reader *r) {
  lua_State *L = r->L;
  for (;;) {
    level *l = &r->levels[r->scanner.depth];
    bool is_member = r->scanner.is_object[r->scanner.depth], is_value = true;
    json_event event = json_scan(&r->scanner);
    if (is_member && event < JSON_REPEATED)
      push_name(r, l, event);
    switch (event) {
    case JSON_OBJECT:
    case JSON_ARRAY:
      open_level(r, event);
      expect_members(r);
      continue;
    case JSON_CLOSE:
      is_value = close_level(r);
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
    case JSON_REPEATED:
      add_repeated(r, l);
      continue;
    case JSON_END:
      return true;
    case JSON_REFUSED:
      return false;
    }
    if (is_value && r->scanner.depth > 0)
      add_value(r);
    if (event == JSON_CLOSE)
      expect_members(r);
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

/* The reader is large: what it has of levels is written when they open. */
static void begin(reader *r, lua_State *L, const char *text, size_t length, size_t most_values) {
  r->L = L;
  r->member_count = 0;
  r->reserve_left = length / 2 < most_values ? length / 2 : most_values;
  if (r->reserve_left > RESERVED_MOST)
    r->reserve_left = RESERVED_MOST;
  r->members_left = length / MEMBER_LEAST;
  r->levels[0] = (level){0};
  r->names = open_names(L);
  json_begin(&r->scanner, text, length, most_values);
}

/* Leaves the value, or what is wrong, above `top`. */
static int read_all(reader *r, int top) {
  if (!read_text(r))
    return refuse(r, top);
  lua_replace(r->L, top + 1);
  lua_settop(r->L, top + 1);
  return 1;
}

int json_decode(lua_State *L, const char *text, size_t length, size_t most_values) {
  reader r;
  int top = lua_gettop(L);
  begin(&r, L, text, length, most_values);
  return read_all(&r, top);
}

int json_decode_object(lua_State *L, const char *text, size_t length, size_t most_values) {
  reader r;
  int top = lua_gettop(L);
  begin(&r, L, text, length, most_values);
  int first = r.scanner.reason == NULL ? json_peek(&r.scanner) : '{';
  if (first == '{')
    return read_all(&r, top);
  lua_settop(L, top);
  lua_pushnil(L);
  lua_pushstring(L, first < 0 ? "it is empty" : "it is not a JSON object");
  return 2;
}
