/* The parts of the Lua module. Each open_… function adds to the module's table, which is on top
 * of the stack, and leaves it there. */
#ifndef TN_CORE_H
#define TN_CORE_H

#include <lauxlib.h>
#include <lua.h>

#include "engine.h"
#include "secret.h"

int luaopen_twilio_numbers_core(lua_State *L);

void open_json(lua_State *L);
void open_credentials(lua_State *L);
void open_transfer(lua_State *L); /* after open_json */
void open_engine(lua_State *L);
void open_system(lua_State *L);
void open_hmac(lua_State *L);
void open_interrupts(lua_State *L);

/* Reads the table at index 1 into an engine that was just opened. */
void read_settings(lua_State *L, engine *e);

/* Registers the metatable of a kind of userdata. */
void define_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods);

/* Pushes lua-cjson's own decoder, for json_decode. module is where the module's table is. */
void push_decoder(lua_State *L, int module);

/* Pushes the JSON text's value, or nil and why there is none. decoder is the stack index of
 * lua-cjson's function. With object_only, only {…} is accepted. */
int json_decode(lua_State *L, int decoder, const char *text, size_t length, bool object_only);

/* The secret inside a credentials object, not held for the caller; NULL if the value is nil. What
 * may run Lua code or collect may close the credentials: ask again after that. */
secret *check_secret(lua_State *L, int index);

/* The same, without a check: NULL if the credentials are closed. */
secret *secret_at(lua_State *L, int index);

/* Its transfer is owned. While it is being read, closing it is put off. */
typedef struct transfer_box {
  transfer *transfer; /* NULL when closed */
  bool closes;        /* once it is not being read any longer */
} transfer_box;

/* Pushes an empty transfer, tied to the engine whose links are the table at that index. Raises
 * when out of memory. The caller fills it with a transfer, which it then owns. */
transfer_box *push_transfer(lua_State *L, int links);

/* Cancels what still runs and gives the transfer back; harmless when closed. */
void close_transfer(lua_State *L, int index);

/* The transfer of the transfer at that index; raises if it is closed. */
transfer *check_transfer(lua_State *L, int index);

#endif
