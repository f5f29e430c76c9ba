/* The JSON object of a small answer, whose members become Lua values when they are first read: mostly few of them are.
 * The whole text is checked at once. The table has the text, and where its members are, until it is completed. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "compat.h"
#include "core.h"
#include "scanner.h"

#if LUA_VERSION_NUM >= 502 /* LuaJIT compiles no call of a metamethod in C */
/* What is larger has arrays, which would be scanned twice. */
enum { TEXT_MOST = 2048, MEMBERS_MOST = 32 };

enum { READ_MOST = 8 }; /* the members that a table has room for at first */

/* Its address is the key under which a table has its members, and the registry the metatable: another copy of the core
 * in this Lua state has its own. */
static const char KEY = 0;

/* Places in the text. */
typedef struct member {
  uint16_t name, name_length, value, value_length;
  bool is_plain; /* the value is a string without escapes */
} member;

/* What a table has ends behind the last of them, and a copy of the text follows. */
typedef struct members {
  int count;
  member items[MEMBERS_MOST];
} members;

static size_t size_of(const members *m) {
  return offsetof(members, items) + (size_t)m->count * sizeof *m->items;
}

static const char *text_of(const members *m) {
  return (const char *)m + size_of(m);
}

/* Notes the member whose value was the event. NULL if there is no room, or its name is not written as it is. */
static member *note_member(members *m, const json_scanner *s, json_event event) {
  if (m->count == MEMBERS_MOST || s->name.has_escapes)
    return NULL;
  member *item = &m->items[m->count++];
  *item = (member){.name = (uint16_t)(s->name.text - s->text),
                   .name_length = (uint16_t)s->name.length,
                   .value = (uint16_t)(s->value_at - s->text),
                   .is_plain = event == JSON_STRING && !s->string.has_escapes};
  return item;
}

/* Finds the members of a text that is an object. False if it is none, or there is more to it. */
static bool find_members(members *m, const char *text, size_t length, size_t most_values) {
  json_scanner s;
  json_begin(&s, text, length, most_values);
  m->count = 0;
  if (json_scan(&s) != JSON_OBJECT)
    return false;
  member *last = NULL;
  while (s.depth > 0) {
    bool is_own = s.depth == 1;
    json_event event = json_scan(&s);
    if (event == JSON_REFUSED)
      return false;
    if (is_own && event != JSON_CLOSE && (last = note_member(m, &s, event)) == NULL)
      return false;
    if (s.depth == 1 && last != NULL) /* its value has ended */
      last->value_length = (uint16_t)(s.at - s.text - last->value);
  }
  return json_scan(&s) == JSON_END;
}

static void push_object(lua_State *L, const members *m, const char *text, size_t length) {
  lua_createtable(L, 0, READ_MOST);
  size_t size = size_of(m);
  char *own = lua_newuserdata(L, size + length); /* may run finalizers; the text is held */
  memcpy(own, m, size);
  memcpy(own + size, text, length);
  lua_rawsetp(L, -2, &KEY);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &KEY);
  lua_setmetatable(L, -2);
}

/* Of two members with one name the last one counts. */
static const member *find(const members *m, const char *name, size_t length) {
  for (int i = m->count; i-- > 0;) {
    const member *item = &m->items[i];
    if (item->name_length == length && memcmp(text_of(m) + item->name, name, length) == 0)
      return item;
  }
  return NULL;
}

static void push_value(lua_State *L, const members *m, const member *item) {
  const char *text = text_of(m) + item->value;
  if (item->is_plain)
    lua_pushlstring(L, text + 1, item->value_length - 2U);
  else
    (void)json_decode(L, text, item->value_length, TEXT_MOST);
}

/* __index(object, name): makes a member, which is the table's from then on. */
static int read_member(lua_State *L) {
  size_t length;
  lua_settop(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_rawgetp(L, 1, &KEY);
  const members *m = lua_touserdata(L, -1);
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &length) : NULL;
  const member *item = m != NULL && name != NULL ? find(m, name, length) : NULL;
  if (item == NULL)
    return push_nil(L);
  push_value(L, m, item);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 1);
  return 1;
}

int json_decode_answer(lua_State *L, const char *text, size_t length, size_t most_values) {
  members m;
  if (length > TEXT_MOST || !find_members(&m, text, length, most_values))
    return json_decode_object(L, text, length, most_values);
  push_object(L, &m, text, length);
  return 1;
}

/* complete_object(object) makes all members that were not made yet, and returns the object: a table as any other. */
static int l_complete_object(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_rawgetp(L, 1, &KEY);
  const members *m = lua_touserdata(L, 2);
  for (int i = 0; m != NULL && i < m->count; i++) {
    lua_pushlstring(L, text_of(m) + m->items[i].name, m->items[i].name_length);
    lua_gettable(L, 1);
    lua_pop(L, 1);
  }
  if (m != NULL) {
    lua_pushnil(L);
    lua_setmetatable(L, 1);
    lua_pushnil(L);
    lua_rawsetp(L, 1, &KEY);
  }
  lua_settop(L, 1);
  return 1;
}

static void open_class(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, read_member);
  lua_setfield(L, -2, "__index");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &KEY);
}
#else
int json_decode_answer(lua_State *L, const char *text, size_t length, size_t most_values) {
  return json_decode_object(L, text, length, most_values);
}

static int l_complete_object(lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

static void open_class(lua_State *L) {
  (void)L;
}
#endif

void open_json_object(lua_State *L) {
  open_class(L);
  lua_pushcfunction(L, l_complete_object);
  lua_setfield(L, -2, "complete_object");
}
