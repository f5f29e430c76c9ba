/* When each request starts: now, when another has ended, when the rate allows it, or after a wait,
 * because it is tried again. Waiting happens here and never inside libcurl, where requests above a
 * limit cost as much as those that run. */
#ifndef TN_SCHEDULER_H
#define TN_SCHEDULER_H

#include "concurrency_limit.h"
#include "events.h"
#include "multi.h"
#include "retry.h"
#include "timer_heap.h"

typedef struct scheduler {
  multi *multi; /* the engine's, which carries the attempts out */
  retry_policy policy;
  concurrency_limit limit;
  transfer_list queue;    /* wait for their turn, in that order */
  timer_heap timers;      /* wait for their time */
  transfer_list finished; /* not taken yet, in order of completion */
  unsigned long finish_count;
  int open_count; /* waiting or running */
  events events;
  uint64_t random;
  bool draining; /* no attempt is begun any more */
} scheduler;

void scheduler_init(scheduler *s, multi *m);

void scheduler_set(scheduler *s, const retry_policy *policy, int concurrency, double rate);

/* Queues a request that is prepared; false when out of memory. */
bool scheduler_add(scheduler *s, transfer *t);

/* Finishes t after so long; false when out of memory. */
bool scheduler_sleep(scheduler *s, transfer *t, int64_t ms);

/* Judges each whose attempt has ended: it is finished, or waits for the next one. */
void scheduler_judge(scheduler *s);

/* Judges, then starts what may start by now, and finishes those that only wait for the time. */
void scheduler_run(scheduler *s);

/* The answer of t, which is finished, is of no use: asks whether it is to be requested again. False if
 * not; the verdict then says why. */
bool scheduler_retry(scheduler *s, transfer *t);

/* Whether no attempt is begun any more. Then requests that wait end as their last attempt did. */
void scheduler_drain(scheduler *s, bool on);

/* Takes out one that waits or runs. */
void scheduler_remove(scheduler *s, transfer *t);

/* Finishes all that wait or run, for that reason. One that waits after a failed attempt keeps that as
 * its end, for that says more. */
void scheduler_finish_all(scheduler *s, transfer_failure reason);

/* When scheduler_run will have something to do, in monotonic ms; MULTI_NEVER for as long as nothing else
 * happens. */
int64_t scheduler_next(scheduler *s);

/* How many run, and how many would if there were no allowance. */
int scheduler_wanted(const scheduler *s);

void scheduler_free(scheduler *s);

#endif
