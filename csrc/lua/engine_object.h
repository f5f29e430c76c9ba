/* What the methods of an engine have in common. */
#ifndef TN_ENGINE_OBJECT_H
#define TN_ENGINE_OBJECT_H

#include "core.h"

#define ENGINE "twilio.numbers.engine"

/* Queues the request of the arguments from index 2 on, see `submit`. Returns how many results it pushed. */
int submit_request(lua_State *L, engine *e);

/* Methods, see submit.c. */
int l_submit(lua_State *L);
int l_sleep(lua_State *L);

/* A method, see take.c. */
int l_take(lua_State *L);

/* Returns the HTTP status, from 200 to 299, and the JSON object of the transfer at index 1, which has ended; nothing if
 * its answer is another one. */
int read_taken(lua_State *L);

/* Single calls, see single.c. */
int l_perform(lua_State *L);

#endif
