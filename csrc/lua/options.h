/* Typed options from a Lua table. What is missing gives the default; what is of the wrong type
 * or out of range raises an error that names the option, what it wants and what it got. */
#ifndef TN_LUA_OPTIONS_H
#define TN_LUA_OPTIONS_H

#include <lua.h>
#include <stdbool.h>

/* Raises if the table has a key that is not among names, which ends with NULL. */
void options_only(lua_State *L, int index, const char *const names[]);

/* The string, which lives as long as the table holds it. */
const char *option_string(lua_State *L, int index, const char *name, const char *otherwise);

/* A copy that the caller frees, or NULL if missing. */
char *option_copy(lua_State *L, int index, const char *name);

/* Seconds, more than zero, as milliseconds. */
long option_milliseconds(lua_State *L, int index, const char *name, long otherwise);

/* A number above zero. */
double option_positive(lua_State *L, int index, const char *name, double otherwise);

/* A whole number from 1 to most. */
double option_count(lua_State *L, int index, const char *name, double otherwise, double most);

bool option_flag(lua_State *L, int index, const char *name);

/* Which of the choices, which end with NULL; the first if missing. */
int option_choice(lua_State *L, int index, const char *name, const char *const choices[]);

#endif
