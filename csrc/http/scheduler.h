/* Decides when each attempt starts: now, after another request has ended, when the rate permits it,
 * or after the wait before a retry. Requests wait here and not in libcurl, where a waiting request
 * costs as much as a running one. */
#ifndef TN_SCHEDULER_H
#define TN_SCHEDULER_H

#include "concurrency_limit.h"
#include "events.h"
#include "multi.h"
#include "retry.h"
#include "transfer_queues.h"
#include "transfer_request.h"

typedef struct scheduler {
  multi *multi; /* the engine's, which carries the attempts out */
  retry_policy policy;
  concurrency_limit limit;
  transfer_queues queues;
  int postponed; /* for how many rounds in a row no limit was looked at */
  events events;
  uint64_t random; /* the generator's state; 0 until it is seeded */
  bool draining;   /* no attempt is started any more */
} scheduler;

void scheduler_init(scheduler *s, multi *m);

void scheduler_set(scheduler *s, const retry_policy *policy, int concurrency, double rate);

/* Queues a prepared request, whose deadlines count from now on. Of the request only those are read. It starts now if
 * it may and none waits ahead of it: to add one starts no other, whose caller may have left.
 * The caller keeps the transfer until it is finished or removed. False when out of memory. */
bool scheduler_add(scheduler *s, transfer *t, const transfer_request *request);

/* Finishes t after ms. False when out of memory. */
bool scheduler_sleep(scheduler *s, transfer *t, int64_t ms);

/* Handles each ended attempt: the transfer is finished, or waits for its next attempt. */
void scheduler_judge(scheduler *s);

/* Ends the attempts whose time is over. What has come in is handled first, so that an answer which
 * came in time counts. */
void scheduler_limit(scheduler *s);

/* Handles each ended attempt; then starts what may start now, and finishes the pauses that are over. */
void scheduler_run(scheduler *s);

/* For a finished transfer whose response is unusable: true if it is requested again. Otherwise its
 * verdict is the reason. */
bool scheduler_retry(scheduler *s, transfer *t);

/* While on, no attempt is started, and waiting requests are finished as their last attempt
 * ended. */
void scheduler_drain(scheduler *s, bool on);

/* Removes a transfer that waits or runs. */
void scheduler_remove(scheduler *s, transfer *t);

/* Finishes all that wait or run, for that reason. A transfer that waits after a failed attempt
 * keeps that failure, which is more informative. */
void scheduler_finish_all(scheduler *s, transfer_failure reason);

/* The time of the next scheduler_run that has work, in monotonic ms. REACTOR_NEVER if that depends on
 * other events only. */
int64_t scheduler_next(scheduler *s);

/* How many requests wait or run. */
int scheduler_requests(const scheduler *s);

/* How many would run without an allowance. */
int scheduler_wanted(const scheduler *s);

/* Frees the scheduler's own memory, not the transfers. */
void scheduler_free(scheduler *s);

#endif
