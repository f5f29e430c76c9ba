/* Typed options from a Lua table. A missing option has its default. A value of the wrong type or
 * out of range raises an error that names the option, what is expected and what was given. */
#ifndef TN_LUA_OPTIONS_H
#define TN_LUA_OPTIONS_H

#include <lua.h>
#include <stdbool.h>

/* Raises if the table has a key that is not among names, which ends with NULL. */
void options_only(lua_State *L, int index, const char *const names[]);

/* Raises if it has a line break or a zero byte. Pushes the option's value, which the text is borrowed
 * from: a metatable's __index may make one that nothing else refers to. */
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

/* The index in choices, which ends with NULL; 0 if the option is missing. */
int option_choice(lua_State *L, int index, const char *name, const char *const choices[]);

#endif
