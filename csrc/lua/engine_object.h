/* What the methods of an engine have in common. */
#ifndef TN_ENGINE_OBJECT_H
#define TN_ENGINE_OBJECT_H

#include "core.h"

#define ENGINE "twilio.numbers.engine"

/* The engine's links are a table with the engine, its transfers by number, and a box without a transfer for the
 * next single call. The transfers refer to the table, which keeps the engine alive. The table refers to the
 * transfers weakly. */
enum { LINK_ENGINE = 1, LINK_TRANSFERS = 2, LINK_SPARE = 3 };

/* Pushes the box of a transfer that is to be submitted. */
typedef transfer_box *box_maker(lua_State *L, int links);

/* Queues the request of the arguments from index 2 on, see `submit`. Returns how many results it pushed. */
int submit_request(lua_State *L, engine *e, box_maker *make_box);

/* Methods, see submit.c. */
int l_submit(lua_State *L);
int l_sleep(lua_State *L);

/* Single calls, see single.c. */
int l_perform(lua_State *L);
int l_settle(lua_State *L);

#endif
