#include "scheduler.h"

#include <unistd.h>

#include "clock.h"
#include "failure.h"
#include "time_limit.h"

void scheduler_init(scheduler *s, multi *m) {
  *s = (scheduler){.multi = m};
}

void scheduler_set(scheduler *s, const retry_policy *policy, int concurrency, double rate) {
  s->policy = *policy;
  concurrency_limit_open(&s->limit, concurrency, rate);
}

void scheduler_free(scheduler *s) {
  transfer_queues_free(&s->queues);
}

/* splitmix64. Jitter has to differ between processes; it need not be secret. */
static uint64_t draw(scheduler *s) {
  if (s->random == 0)
    s->random = (uint64_t)monotonic_ms() ^ (uint64_t)getpid() << 32 ^ (uint64_t)(uintptr_t)s;
  uint64_t z = s->random += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

void scheduler_drain(scheduler *s, bool on) {
  s->draining = on;
  if (on)
    transfer_queues_drain(&s->queues);
}

/* Adding. */

/* An attempt that may take longer than the policy's deadline extends it, unless that is the user's own. */
static bool is_extended(const retry_policy *policy, long timeout_ms) {
  return !policy->has_own_deadline && policy->deadline_ms <= timeout_ms;
}

static void set_deadline(transfer *t, const int64_t *own, int64_t now) {
  const retry_policy *policy = &t->schedule.policy;
  bool is_timeout = own == NULL && is_extended(policy, t->timeout_ms);
  int64_t ms = own != NULL ? *own : is_timeout ? t->timeout_ms : policy->deadline_ms;
  t->schedule.deadline = time_limit_after(now, ms);
  t->schedule.is_deadline_timeout = is_timeout;
}

/* Whether none waits that would start ahead of one that is added now. */
static bool is_next(const scheduler *s, int64_t now) {
  const transfer *first = timer_heap_first(&s->queues.timers);
  return s->queues.ready.first == NULL && (first == NULL || first->schedule.wake_at > now);
}

bool scheduler_add(scheduler *s, transfer *t, const transfer_request *request) {
  const int64_t *send_by = request->send_by_ms;
  if (!transfer_queues_reserve(&s->queues))
    return false;
  int64_t now = t->schedule.began = monotonic_ms();
  bool starts = is_next(s, now);
  t->schedule.policy = request->policy != NULL ? *request->policy : s->policy;
  t->schedule.pacer = pacer_hold(request->pacer);
  set_deadline(t, request->deadline_ms, now);
  t->schedule.send_by = send_by != NULL ? time_limit_after(now, *send_by) : TIME_LIMIT_NONE;
  transfer_queues_add(&s->queues, t);
  if (s->draining)
    transfer_queues_hold_back(&s->queues, t);
  if (starts)
    scheduler_run(s);
  if (t->list == &s->queues.ready && t->schedule.heap_place == 0)
    transfer_queues_set_timer(&s->queues.timers, t, time_limit_of_sending(t));
  return true;
}

bool scheduler_sleep(scheduler *s, transfer *t, int64_t ms) {
  if (!transfer_queues_reserve(&s->queues))
    return false;
  transfer_queues_sleep(&s->queues, t, monotonic_ms() + ms);
  return true;
}

/* Starting. */

/* Moves transfers whose time has come to the start of the queue: they are older than requests that
 * never started. A transfer with unread events waits, since its next attempt overwrites the
 * response. Requests whose turn has not come in time are finished. */
static void wake(scheduler *s, int64_t now) {
  for (transfer *t;
       (t = timer_heap_first(&s->queues.timers)) != NULL && t->schedule.wake_at <= now;) {
    if (t->is_pause) {
      transfer_queues_finish(&s->queues, t);
    } else if (now >= time_limit_of_sending(t)) {
      transfer_queues_expire(&s->queues, t);
    } else if (t->events != 0) {
      return;
    } else {
      timer_heap_remove(&s->queues.timers, t);
      transfer_move_first(t, &s->queues.ready);
      transfer_queues_set_timer(&s->queues.timers, t, time_limit_of_sending(t));
    }
  }
}

static void start(scheduler *s, transfer *t, int64_t now) {
  int64_t left = t->schedule.deadline - now;
  if (now >= time_limit_of_sending(t)) {
    transfer_queues_expire(&s->queues, t);
    return;
  }
  timer_heap_remove(&s->queues.timers, t);
  t->schedule.has_token = false;
  t->schedule.limit_round = s->limit.round;
  multi_start(s->multi, t, left < t->timeout_ms ? (long)left : t->timeout_ms);
  if (t->list != &s->multi->ended)
    transfer_queues_set_timer(&s->queues.limits, t, multi_next_limit(s->multi, t));
  events_add(&s->events, t, EVENT_STARTED);
}

/* Judging. */

/* Adapts the limit to a response. in_flight includes its request. */
static void adapt(concurrency_limit *l, const transfer *t, long status, int in_flight) {
  if (retry_is_limited(status))
    concurrency_limit_refused(l, t->schedule.limit_round, in_flight);
  else if (status != 0)
    concurrency_limit_accepted(l, in_flight);
}

/* Sets the verdict on the last attempt, which had that status, or 0 for no response. On
 * RETRY_AGAIN, t waits for the next attempt. */
static void judge(scheduler *s, transfer *t, long status, bool passing) {
  int64_t now = monotonic_ms(), wait = 0;
  retry_case c = {.repeatable = t->repeatable,
                  .sent = t->sends > 0,
                  .passing = passing,
                  .status = status,
                  .attempts = t->attempts,
                  .left_ms = time_limit_of_sending(t) - now,
                  .retry_after_ms = transfer_retry_after(t)};
  t->schedule.verdict = retry_judge(&t->schedule.policy, &c, draw(s), &wait);
  if (t->schedule.verdict == RETRY_AGAIN && s->draining)
    t->schedule.verdict = RETRY_DRAINED;
  if (t->schedule.verdict == RETRY_AGAIN)
    transfer_queues_wait(&s->queues, t, now + wait);
}

static void judge_ended(scheduler *s, transfer *t) {
  long status = transfer_status(t);
  adapt(&s->limit, t, status, s->multi->running_count);
  timer_heap_remove(&s->queues.limits, t);
  multi_stop(s->multi, t);
  t->schedule.verdict = RETRY_FINAL;
  if (status < 200 || status >= 300)
    judge(s, t, status, failure_is_passing(t));
  events_add(&s->events, t, EVENT_ENDED);
  if (t->schedule.verdict != RETRY_AGAIN)
    transfer_queues_finish(&s->queues, t);
}

bool scheduler_retry(scheduler *s, transfer *t) {
  if (t->schedule.verdict != RETRY_FINAL || !transfer_queues_reserve(&s->queues))
    return false;
  judge(s, t, 0, true);
  if (t->schedule.verdict != RETRY_AGAIN)
    return false;
  s->queues.open_count++;
  return true;
}

void scheduler_judge(scheduler *s) {
  while (s->multi->ended.first != NULL)
    judge_ended(s, s->multi->ended.first);
}

/* After a pause of the process, as many sockets may be ready as are handled in so many rounds. */
enum { ROUNDS_BEHIND = 128 };

void scheduler_limit(scheduler *s) {
  if (timer_heap_first(&s->queues.limits) == NULL)
    return;
  s->postponed = s->multi->reactor.is_behind ? s->postponed + 1 : 0;
  if (s->postponed > 0 && s->postponed <= ROUNDS_BEHIND)
    return;
  int64_t now = monotonic_ms();
  for (transfer *t;
       (t = timer_heap_first(&s->queues.limits)) != NULL && t->schedule.wake_at <= now;) {
    int64_t next = multi_next_limit(s->multi, t);
    timer_heap_remove(&s->queues.limits, t);
    if (t->list == &s->multi->ended)
      continue;
    if (next <= now)
      multi_end_late(s->multi, t, now);
    else
      transfer_queues_set_timer(&s->queues.limits, t, next);
  }
}

/* Whether a request's pacer lets it wait. Then it is not in the queue until its token is there. */
static bool postpone(scheduler *s, transfer *t, int64_t now) {
  if (t->schedule.pacer == NULL || t->schedule.has_token)
    return false;
  int64_t wait = pacer_take(t->schedule.pacer, now);
  t->schedule.has_token = true;
  if (wait == 0)
    return false;
  int64_t turn = time_limit_after(now, wait), limit = time_limit_of_sending(t);
  timer_heap_remove(&s->queues.timers, t);
  transfer_queues_wait(&s->queues, t, turn < limit ? turn : limit);
  return true;
}

void scheduler_run(scheduler *s) {
  multi *m = s->multi;
  scheduler_judge(s);
  if (s->queues.ready.first == NULL && s->queues.timers.count == 0)
    return;
  int64_t now = monotonic_ms();
  wake(s, now);
  for (transfer *t; (t = s->queues.ready.first) != NULL;) {
    if (postpone(s, t, now))
      continue;
    if (!concurrency_limit_take(&s->limit, m->running_count, now))
      return;
    start(s, t, now);
    scheduler_judge(s); /* in case it could not be started */
  }
}

/* Ending. */

void scheduler_remove(scheduler *s, transfer *t) {
  bool was_running = t->state == TRANSFER_RUNNING;
  transfer_queues_leave(&s->queues, t);
  if (was_running)
    multi_stop(s->multi, t);
}

void scheduler_finish_all(scheduler *s, transfer_failure reason) {
  transfer_queues *q = &s->queues;
  transfer_queues_finish_list(q, &s->multi->ended, reason);
  transfer_queues_finish_list(q, &s->multi->running, reason);
  transfer_queues_finish_list(q, &s->multi->held, reason);
  transfer_queues_finish_waiting(q, reason);
  s->random = 0; /* a forked child has to be seeded anew */
}

/* Queries. */

int64_t scheduler_next(scheduler *s) {
  int64_t next = transfer_queues_next(&s->queues);
  if (s->queues.ready.first != NULL &&
      s->multi->running_count < concurrency_limit_room(&s->limit)) {
    int64_t now = monotonic_ms(), token = now + concurrency_limit_wait(&s->limit, now);
    next = token < next ? token : next;
  }
  return next == TIME_LIMIT_NONE ? REACTOR_NEVER : next;
}

int scheduler_requests(const scheduler *s) {
  return s->queues.open_count - s->queues.pause_count;
}

int scheduler_wanted(const scheduler *s) {
  int wanted = s->multi->running_count, most = (int)s->limit.window;
  for (const transfer *t = s->queues.ready.first; t != NULL && wanted < most; t = t->next)
    wanted++;
  return wanted;
}
