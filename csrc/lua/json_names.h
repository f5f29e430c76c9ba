/* Member names that were read before. Answers have the same names again and again, and for Lua to find a string among
 * all that it has takes longer than to read it. */
#ifndef TN_JSON_NAMES_H
#define TN_JSON_NAMES_H

#include <lua.h>
#include <stddef.h>

typedef struct json_names {
  int place;               /* the stack index of a table with the names, by slot */
  struct name_slot *slots; /* of the Lua state; borrowed: the stack keeps them */
} json_names;

/* Pushes two values, which have to stay as long as names are pushed. */
json_names open_names(lua_State *L);

/* Pushes the name with these bytes. */
void push_known_name(lua_State *L, const json_names *n, const char *text, size_t length);

#endif
