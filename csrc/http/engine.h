/* Requests that run side by side on one libcurl multi handle. It works only while engine_step is called
 * and waits only as long as that is told to. Knows nothing of Lua.
 *
 * Everything inside libcurl is made with the first request, and belongs to the process that made
 * it: in a forked child it is dropped, unfinished transfers fail there, and the next request
 * starts afresh. */
#ifndef TN_ENGINE_H
#define TN_ENGINE_H

#include "scheduler.h"

enum { ENGINE_NEVER = MULTI_NEVER };

typedef struct engine {
  settings settings; /* owned */
  multi multi;
  scheduler scheduler;
  transfer_list taken; /* held by the caller: not started yet, or finished and taken */
  transfer *resting;   /* to be used again; linked through next */
  int resting_count;
  int last_id;
  bool closed;
} engine;

/* Cannot fail: nothing is made yet. The settings, which the engine owns, are filled in by the
 * caller before the first request. The engine may not be moved in memory from then on. */
void engine_open(engine *e);

/* When requests start, and how often each is tried. With observe, events are kept for
 * engine_next_event. To be called once, before the first request. */
void engine_schedule(engine *e, const retry_policy *policy, int concurrency, double rate,
                     bool observe);

/* Frees all but the transfers that the caller holds; those are finished and cut loose. */
void engine_close(engine *e);

/* A transfer to be started and released, or NULL when out of memory or closed; why says which. */
transfer *engine_acquire(engine *e, const char **why);

/* Sends the request when the scheduler allows it, as often as the scheduler says. */
CURLcode engine_start(engine *e, transfer *t, const transfer_request *request);

/* One that finishes after so long, and does nothing else; NULL when out of memory or closed. */
transfer *engine_sleep(engine *e, int64_t ms);

/* Works until a transfer has finished, timeout_ms has passed or a signal came; where there is an
 * observer, also until an attempt has ended. */
void engine_step(engine *e, long timeout_ms);

/* The next transfer that finished and was not taken, or NULL. */
transfer *engine_take(engine *e);

/* Takes this one out of the queue of finished ones; false if it still runs. */
bool engine_take_this(transfer *t);

/* Says that a finished transfer's answer, whose status was taken for final, is of no use: true if it is
 * requested again, as after a failure that may pass. */
bool engine_retry(transfer *t);

/* Stops a transfer, whatever it is doing. What its last attempt brought can still be read. */
void engine_cancel(transfer *t);

/* Gives a transfer back, running or not. Also right when its engine is closed. */
void engine_release(transfer *t);

/* The next transfer of which an attempt began or ended since it was last told, and which of EVENT_…;
 * NULL if there is none. */
transfer *engine_next_event(engine *e, int *what);

/* Whether no attempt is begun any more; see scheduler_drain. */
void engine_drain(engine *e, bool on);

/* No more than so many may be in flight from now on, whatever the server bears. */
void engine_allow(engine *e, int count);

typedef struct engine_load {
  int most;      /* requests in flight that the user allows */
  int window;    /* that the server bears at present */
  int in_flight; /* sent and not answered */
  int open;      /* the same, and those that wait for their turn or their time */
} engine_load;

engine_load engine_get_load(const engine *e);

/* How many would be in flight if there were no allowance. */
int engine_wanted(const engine *e);

/* Milliseconds until engine_step is needed even if no socket is ready; ENGINE_NEVER for no need. */
long engine_timeout(engine *e);

/* The poller's descriptor, or -1. */
int engine_descriptor(engine *e);

#endif
