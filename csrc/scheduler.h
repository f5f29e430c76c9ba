/* When each request of an engine starts: now, when another has ended, when the rate allows it, or
 * after a wait, because it is tried again. Waiting happens here and never inside libcurl, where
 * requests above a limit cost as much as those that run. */
#ifndef TN_SCHEDULER_H
#define TN_SCHEDULER_H

#include "due.h"
#include "exchange_list.h"
#include "pace.h"
#include "retry.h"

struct engine;

typedef struct scheduler {
  retry_policy policy;
  pace pace;
  exchange_list queue;   /* wait for their turn, in that order */
  exchange_list delayed; /* wait for their time... */
  due_heap due;          /* ...which comes in this order */
  uint64_t random;
  bool winding_down; /* no attempt is begun any more */
} scheduler;

void scheduler_open(scheduler *s, const retry_policy *policy, int concurrency, double rate);

/* Queues a request that is prepared; false when out of memory. */
bool scheduler_add(struct engine *e, exchange *x);

/* Finishes x after so long; false when out of memory. */
bool scheduler_sleep(struct engine *e, exchange *x, int64_t ms);

/* Starts what may start by now, and finishes those that only wait for the time. */
void scheduler_start(struct engine *e);

/* An attempt is over: x is finished, or waits for the next one. */
void scheduler_ended(struct engine *e, exchange *x);

/* The answer of x, which is finished, is of no use: asks whether it is to be requested again. False if
 * not; the verdict then says why. */
bool scheduler_retry(struct engine *e, exchange *x);

/* Whether no attempt is begun any more. Then requests that wait end as their last attempt did. */
void scheduler_wind_down(struct engine *e, bool on);

/* Takes out one that waits. */
void scheduler_remove(struct engine *e, exchange *x);

/* When scheduler_start will have something to do, in monotonic ms; ENGINE_NEVER for as long as
 * nothing else happens. */
int64_t scheduler_next(struct engine *e);

void scheduler_free(scheduler *s);

#endif
