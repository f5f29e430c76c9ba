/* The part of an engine that belongs to the process: libcurl's multi handle with its connections,
 * and the poller that watches them. Made late, dropped in a forked child. */
#ifndef TN_MULTI_H
#define TN_MULTI_H

#include "engine.h"

int64_t monotonic_ms(void);

/* False when out of memory or descriptors; then nothing is open. */
bool multi_open(engine *e);

/* Ends what is running, for that reason, and closes the connections. */
void multi_close(engine *e, exchange_failure reason);

/* To be called before anything else is done with an engine: leaves the parent's handles alone. */
void multi_drop_after_fork(engine *e);

/* Notes how a running exchange ended and queues it to be taken. */
void multi_finish(engine *e, exchange *x, exchange_failure failure, CURLcode code);

#endif
