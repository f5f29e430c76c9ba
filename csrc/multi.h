/* The part of an engine that belongs to the process: libcurl's multi handle with its connections,
 * and the poller that watches them. Made late, dropped in a forked child. */
#ifndef TN_MULTI_H
#define TN_MULTI_H

#include "engine.h"

/* False when out of memory or descriptors; then nothing is open. */
bool multi_open(engine *e);

/* Ends what is running, for that reason, and closes the connections. */
void multi_close(engine *e, exchange_failure reason);

/* To be called before anything else is done with an engine: leaves the parent's handles alone. */
void multi_drop_after_fork(engine *e);

/* How many may be in flight as far as connections go. */
int multi_room(const engine *e);

/* Begins an attempt of a request that is prepared. If that fails, the attempt has ended. */
void multi_start(engine *e, exchange *x, long timeout_ms);

/* Ends the attempts that libcurl is through with. */
void multi_harvest(engine *e);

/* Takes it out of libcurl's hands in the middle of an attempt. */
void multi_stop(engine *e, exchange *x);

/* Queues one that was waiting or ended its last attempt, to be taken. */
void multi_finish(engine *e, exchange *x);

#endif
