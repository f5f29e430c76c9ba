/* One libcurl multi handle with its connections, and the exchanges that run on it. It works only
 * while engine_step is called and waits only as long as that is told to. Knows nothing of Lua.
 *
 * Everything inside libcurl is made with the first request, and belongs to the process that made
 * it: in a forked child it is dropped, unfinished exchanges fail there, and the next request
 * starts afresh. */
#ifndef TN_ENGINE_H
#define TN_ENGINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "exchange.h"
#include "exchange_list.h"
#include "news.h"
#include "poller.h"
#include "scheduler.h"

enum { ENGINE_NEVER = -1 }; /* a deadline or a patience without end */

typedef struct engine {
  settings settings; /* owned */
  sockets sockets;   /* of all connections; owned */
  trust trust;
  unsigned trust_version;

  CURLM *multi; /* owned; NULL until the first request, after closing and after a fork */
  poller *poller;
  pid_t process;      /* who made multi */
  int64_t deadline;   /* monotonic ms at which libcurl wants to be called; -1 for never */
  bool version_known; /* HTTP's, where it matters */
  bool closed;

  scheduler scheduler; /* with those that wait */
  news news;
  exchange_list running;  /* in libcurl's hands */
  exchange_list finished; /* not taken yet, in order of completion */
  exchange_list taken;
  exchange *resting; /* to be used again; linked through next */
  int resting_count;
  int running_count;
  int open_count; /* waiting or running */
  unsigned long finish_count;
  int last_id;
} engine;

/* Cannot fail: nothing is made yet. The settings, which the engine owns, are filled in by the
 * caller before the first request. */
void engine_open(engine *e);

/* Frees all but the exchanges that somebody holds; those are finished and cut loose. */
void engine_close(engine *e);

/* An exchange to be started and released, or NULL when out of memory or closed; why says which. */
exchange *engine_acquire(engine *e, const char **why);

/* Sends the request when the scheduler allows it, as often as the scheduler says. */
CURLcode engine_start(engine *e, exchange *x, const exchange_request *request);

/* One that finishes after so long, and does nothing else; NULL when out of memory or closed. */
exchange *engine_sleep(engine *e, int64_t ms);

/* Works until an exchange has finished, timeout_ms has passed or a signal came; where there is an
 * observer, also until an attempt has ended. */
void engine_step(engine *e, long timeout_ms);

/* The next exchange that finished and was not taken, or NULL. */
exchange *engine_take(engine *e);

/* Takes this one out of the queue of finished ones; false if it still runs. */
bool engine_take_this(exchange *x);

/* Says that a finished exchange's answer, whose status was taken for final, is of no use: true if it is
 * requested again, as after a failure that may pass. */
bool engine_retry(exchange *x);

/* Gives an exchange back, running or not. Also right when its engine is closed. */
void engine_release(exchange *x);

/* Milliseconds until engine_step is needed even if no socket is ready; -1 for no need. */
long engine_patience(engine *e);

/* The poller's descriptor, or -1. */
int engine_descriptor(engine *e);

#endif
