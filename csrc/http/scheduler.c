#include "scheduler.h"

#include <unistd.h>

#include "clock.h"

void scheduler_init(scheduler *s, multi *m) {
  *s = (scheduler){.multi = m};
}

void scheduler_set(scheduler *s, const retry_policy *policy, int concurrency, double rate) {
  s->policy = *policy;
  concurrency_limit_open(&s->limit, concurrency, rate);
}

void scheduler_free(scheduler *s) {
  timer_heap_free(&s->timers);
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

static void finish(scheduler *s, transfer *t) {
  transfer_finish(t);
  transfer_move(t, &s->finished);
  s->open_count--;
  s->finish_count++;
}

static void wait_until(scheduler *s, transfer *t, int64_t time) {
  t->schedule.wake_at = time;
  t->state = TRANSFER_WAITING;
  transfer_unlink(t);
  timer_heap_add(&s->timers, t);
}

/* Draining. */

/* Finishes a waiting request without another attempt. */
static void hold_back(scheduler *s, transfer *t) {
  timer_heap_remove(&s->timers, t);
  t->schedule.verdict = RETRY_DRAINED;
  if (t->attempts == 0)
    transfer_end(t, TRANSFER_DRAINED, CURLE_OK);
  finish(s, t);
}

/* The next request in the heap from that place on, skipping pauses. */
static transfer *next_request(const timer_heap *h, size_t *place) {
  while (*place < h->count && h->items[*place]->easy == NULL)
    (*place)++;
  return *place < h->count ? h->items[*place] : NULL;
}

void scheduler_drain(scheduler *s, bool on) {
  s->draining = on;
  if (!on)
    return;
  while (s->queue.first != NULL)
    hold_back(s, s->queue.first);
  /* A removal may move a request to a place that was already searched, so each search starts
   * anew. */
  size_t place = 0;
  for (transfer *t; (t = next_request(&s->timers, &place)) != NULL; place = 0)
    hold_back(s, t);
}

/* Adding. */

/* Reserves a place in the heap for each open transfer, so that a retry cannot run out of memory. */
static bool reserve(scheduler *s) {
  return timer_heap_reserve(&s->timers, (size_t)s->open_count + 1);
}

bool scheduler_add(scheduler *s, transfer *t) {
  if (!reserve(s))
    return false;
  t->state = TRANSFER_WAITING;
  transfer_move(t, &s->queue);
  s->open_count++;
  if (s->draining)
    hold_back(s, t);
  scheduler_run(s);
  return true;
}

bool scheduler_sleep(scheduler *s, transfer *t, int64_t ms) {
  if (!reserve(s))
    return false;
  wait_until(s, t, monotonic_ms() + ms);
  s->open_count++;
  return true;
}

/* Starting. */

/* Moves transfers whose time has come to the start of the queue: they are older than requests that
 * never started. A transfer with unread events waits, since its next attempt overwrites the
 * response. */
static void wake(scheduler *s, int64_t now) {
  for (transfer *t; (t = timer_heap_first(&s->timers)) != NULL && t->schedule.wake_at <= now;) {
    if (t->events != 0)
      return;
    timer_heap_remove(&s->timers, t);
    if (t->easy != NULL)
      transfer_move_first(t, &s->queue);
    else
      finish(s, t);
  }
}

static void start(scheduler *s, transfer *t, int64_t now) {
  if (t->attempts == 0)
    t->schedule.began = now;
  int64_t left = t->schedule.began + s->policy.deadline_ms - now;
  t->schedule.limit_round = s->limit.round;
  multi_start(s->multi, t, left < t->timeout_ms ? (long)(left > 1 ? left : 1) : t->timeout_ms);
  events_add(&s->events, t, EVENT_STARTED);
}

/* Judging. */

/* True for a failure that another attempt may not meet. */
static bool is_passing(const transfer *t) {
  switch (t->failure) {
  case TRANSFER_CUT_OFF:
  case TRANSFER_NO_DESCRIPTORS:
  case TRANSFER_NOT_REPEATED:
  case TRANSFER_REFUSED_STREAM:
    return true;
  case TRANSFER_FAILED:
    break;
  default:
    return false;
  }
  switch (t->code) {
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
  case CURLE_PARTIAL_FILE:
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_WRITE_ERROR: /* what cannot be decompressed */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_UNSUPPORTED_PROTOCOL: /* what is no HTTP */
    return true;
  default:
    return false;
  }
}

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
                  .elapsed_ms = now - t->schedule.began,
                  .retry_after_ms = transfer_retry_after(t)};
  t->schedule.verdict = retry_judge(&s->policy, &c, draw(s), &wait);
  if (t->schedule.verdict == RETRY_AGAIN && s->draining)
    t->schedule.verdict = RETRY_DRAINED;
  if (t->schedule.verdict == RETRY_AGAIN)
    wait_until(s, t, now + wait);
}

static void judge_ended(scheduler *s, transfer *t) {
  long status = transfer_status(t);
  adapt(&s->limit, t, status, s->multi->running_count);
  multi_stop(s->multi, t);
  t->schedule.verdict = RETRY_FINAL;
  if (status < 200 || status >= 300)
    judge(s, t, status, is_passing(t));
  events_add(&s->events, t, EVENT_ENDED);
  if (t->schedule.verdict != RETRY_AGAIN)
    finish(s, t);
}

bool scheduler_retry(scheduler *s, transfer *t) {
  if (t->schedule.verdict != RETRY_FINAL || !reserve(s))
    return false;
  judge(s, t, 0, true);
  if (t->schedule.verdict != RETRY_AGAIN)
    return false;
  s->open_count++;
  return true;
}

void scheduler_judge(scheduler *s) {
  while (s->multi->ended.first != NULL)
    judge_ended(s, s->multi->ended.first);
}

void scheduler_run(scheduler *s) {
  multi *m = s->multi;
  scheduler_judge(s);
  if (s->queue.first == NULL && s->timers.count == 0)
    return;
  int64_t now = monotonic_ms();
  wake(s, now);
  while (s->queue.first != NULL && m->running_count < multi_room(m) &&
         concurrency_limit_take(&s->limit, m->running_count, now)) {
    start(s, s->queue.first, now);
    scheduler_judge(s); /* in case it could not be started */
  }
}

/* Ending. */

void scheduler_remove(scheduler *s, transfer *t) {
  if (t->state == TRANSFER_RUNNING)
    multi_stop(s->multi, t);
  else
    timer_heap_remove(&s->timers, t);
  s->open_count--;
}

static void finish_list(scheduler *s, transfer_list *list, transfer_failure reason) {
  while (list->first != NULL) {
    transfer *t = list->first;
    if (!t->ended)
      transfer_end(t, reason, CURLE_OK);
    finish(s, t);
  }
}

void scheduler_finish_all(scheduler *s, transfer_failure reason) {
  finish_list(s, &s->multi->ended, reason);
  finish_list(s, &s->multi->running, reason);
  for (transfer *t; (t = timer_heap_first(&s->timers)) != NULL;) {
    timer_heap_remove(&s->timers, t);
    if (!t->ended)
      transfer_end(t, reason, CURLE_OK);
    finish(s, t);
  }
  finish_list(s, &s->queue, reason);
  s->random = 0; /* a forked child has to be seeded anew */
}

/* Queries. */

int64_t scheduler_next(scheduler *s) {
  const multi *m = s->multi;
  const transfer *t = timer_heap_first(&s->timers);
  int64_t next = t != NULL ? t->schedule.wake_at : MULTI_NEVER;
  if (s->queue.first == NULL || m->running_count >= multi_room(m) ||
      m->running_count >= concurrency_limit_room(&s->limit))
    return next;
  int64_t now = monotonic_ms(), token = now + concurrency_limit_wait(&s->limit, now);
  return next == MULTI_NEVER || token < next ? token : next;
}

int scheduler_wanted(const scheduler *s) {
  int wanted = s->multi->running_count, most = (int)s->limit.window;
  for (const transfer *t = s->queue.first; t != NULL && wanted < most; t = t->next)
    wanted++;
  return wanted;
}
