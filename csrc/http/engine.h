/* Concurrent requests on one libcurl multi handle. The engine works only within engine_step and
 * engine_begin, and waits no longer than the timeout of the former. Where a request is not to wait for the next step,
 * engine_begin follows engine_start. Knows nothing of Lua.
 *
 * libcurl's handles are made with the first request, and belong to the process that made them. In a
 * forked child they are dropped, unfinished transfers fail, and the next request makes new ones. */
#ifndef TN_ENGINE_H
#define TN_ENGINE_H

#include "scheduler.h"
#include "time_limit.h"

enum { ENGINE_NEVER = REACTOR_NEVER };

typedef struct engine {
  settings settings; /* owned */
  multi multi;
  scheduler scheduler;
  transfer_list taken; /* held by the caller: not started yet, or finished and taken */
  transfer *resting;   /* for reuse; owned, linked through next */
  int resting_count;
  int max_waiting; /* how many requests may wait, beside those that may be in flight */
  int last_id;
  bool closed;
} engine;

/* Cannot fail, since it allocates nothing. The caller fills in the settings, which the engine owns,
 * before the first request. The engine must not be moved in memory from now on. */
void engine_open(engine *e);

/* Sets when requests start and how often each is tried. With observe, events are recorded for
 * engine_next_event. Has to be called once, before the first request. */
void engine_schedule(engine *e, const retry_policy *policy, int concurrency, double rate,
                     bool observe);

/* Frees all but the transfers that the caller holds. Those are finished and detached: the caller
 * still has to release them. */
void engine_close(engine *e);

/* A transfer for engine_start. The caller holds it and has to release it. NULL when out of memory
 * or closed; *why is then the reason, a constant. */
transfer *engine_acquire(engine *e, const char **why);

/* Queues the request. The scheduler decides when it is sent, and how often. */
CURLcode engine_start(engine *e, transfer *t, const transfer_request *request);

/* A transfer without a request that finishes after ms. The caller has to release it. NULL when out
 * of memory or closed. */
transfer *engine_sleep(engine *e, int64_t ms);

/* Works until there is a finished transfer to take, timeout_ms has passed or a signal came. With an
 * observer also until an attempt has started or ended. */
void engine_step(engine *e, long timeout_ms);

/* Has libcurl begin the requests that were queued just now, and starts no other one. It does not ask which sockets
 * are ready, for there is hardly an answer yet. False if a transfer has finished all the same, or there are events. */
bool engine_begin(engine *e);

/* The next transfer that finished and was not taken, or NULL. It is the caller's then. */
transfer *engine_take(engine *e);

/* Removes this transfer from the queue of finished ones. False if it is not finished. */
bool engine_take_this(transfer *t);

/* For a finished transfer whose response the caller cannot use. True if it is requested again, by
 * the policy for transient failures. */
bool engine_retry(transfer *t);

/* Stops a transfer in any state. What its last attempt brought can still be read. */
void engine_cancel(transfer *t);

/* Gives a transfer back in any state, also after its engine was closed. */
void engine_release(transfer *t);

/* The next transfer that has events, and the bits EVENT_… of those; NULL if there is none. */
transfer *engine_next_event(engine *e, int *what);

/* While on, no attempt is started; see scheduler_drain. */
void engine_drain(engine *e, bool on);

/* At most count requests may be in flight from now on, whatever the window is. */
void engine_allow(engine *e, int count);

/* At most count connections are begun in a step from now on, so that it is short: a handshake costs
 * more than all else. */
void engine_spread(engine *e, int count);

typedef struct engine_load {
  int most;      /* the user's limit of requests in flight */
  int window;    /* the present limit, adapted to the server */
  int in_flight; /* sent and not answered */
  int open;      /* in flight or waiting */
} engine_load;

engine_load engine_get_load(const engine *e);

/* Whether as many requests are open as may be in flight and wait. */
bool engine_is_full(const engine *e);

/* How many would be in flight without engine_allow. */
int engine_wanted(const engine *e);

/* Milliseconds until engine_step has to be called even if no socket is ready; ENGINE_NEVER if it
 * has not. */
long engine_timeout(engine *e);

/* The poller's descriptor, or -1. */
int engine_descriptor(engine *e);

#endif
