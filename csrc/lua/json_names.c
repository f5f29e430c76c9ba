#include "json_names.h"

#include <stdint.h>
#include <string.h>

#include "compat.h"

/* A slot has the last name whose bytes led to it. Longer ones are not kept, so what a server can fill is small. */
enum { SLOT_BITS = 8, SLOTS = 1 << SLOT_BITS, LONGEST = 40 };

typedef struct name_slot {
  const char *text; /* of the string in the table */
  size_t length;
} name_slot;

static const char KEY = 0; /* its address is the registry's key */

/* A userdata with the slots, whose user value is the table. */
static void make_slots(lua_State *L) {
  name_slot *slots = lua_newuserdata(L, SLOTS * sizeof *slots);
  memset(slots, 0, SLOTS * sizeof *slots);
  lua_createtable(L, SLOTS, 0);
  compat_setuservalue(L, -2);
  lua_pushlightuserdata(L, (void *)&KEY);
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

json_names open_names(lua_State *L) {
  lua_pushlightuserdata(L, (void *)&KEY);
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    make_slots(L);
  }
  compat_getuservalue(L, -1);
  return (json_names){.place = lua_gettop(L), .slots = lua_touserdata(L, -2)};
}

/* By the length and up to eight bytes at the end: there names differ most. */
static size_t slot_of(const char *text, size_t length) {
  uint64_t word = 0;
  if (length >= sizeof word)
    memcpy(&word, text + length - sizeof word, sizeof word);
  else
    memcpy(&word, text, length);
  return (size_t)((word ^ length) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SLOT_BITS));
}

void push_known_name(lua_State *L, const json_names *n, const char *text, size_t length) {
  if (length > LONGEST) {
    lua_pushlstring(L, text, length);
    return;
  }
  size_t place = slot_of(text, length);
  name_slot *slot = &n->slots[place];
  if (slot->text != NULL && slot->length == length && memcmp(slot->text, text, length) == 0) {
    lua_rawgeti(L, n->place, (int)place + 1);
    return;
  }
  lua_pushlstring(L, text, length); /* may run finalizers, which may decode */
  lua_pushvalue(L, -1);
  lua_rawseti(L, n->place, (int)place + 1);
  *slot = (name_slot){lua_tostring(L, -1), length};
}
