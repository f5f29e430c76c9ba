#include "scheduler.h"

#include <unistd.h>

#include "clock.h"
#include "engine.h"
#include "multi.h"

void scheduler_open(scheduler *s, const retry_policy *policy, int concurrency, double rate) {
  *s = (scheduler){.policy = *policy};
  pace_open(&s->pace, concurrency, rate);
}

void scheduler_free(scheduler *s) {
  due_free(&s->due);
}

/* splitmix64: jitter needs to differ between processes, not to be secret. */
static uint64_t draw(scheduler *s) {
  if (s->random == 0)
    s->random = (uint64_t)monotonic_ms() ^ (uint64_t)getpid() << 32 ^ (uint64_t)(uintptr_t)s;
  uint64_t z = s->random += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static void wait_until(scheduler *s, exchange *x, int64_t due) {
  x->due = due;
  x->state = EXCHANGE_WAITING;
  exchange_move(x, &s->delayed);
  due_add(&s->due, x);
}

/* There will be no attempt, or no other one. */
static void hold_back(engine *e, exchange *x) {
  due_remove(&e->scheduler.due, x);
  x->verdict = RETRY_HELD_BACK;
  if (x->attempts == 0)
    exchange_end(x, EXCHANGE_HELD_BACK, CURLE_OK);
  multi_finish(e, x);
}

static void hold_all_back(engine *e, exchange_list *list) {
  for (exchange *x = list->first, *next; x != NULL; x = next) {
    next = x->next;
    if (x->easy != NULL)
      hold_back(e, x);
  }
}

void scheduler_wind_down(engine *e, bool on) {
  e->scheduler.winding_down = on;
  if (!on)
    return;
  hold_all_back(e, &e->scheduler.queue);
  hold_all_back(e, &e->scheduler.delayed);
}

bool scheduler_add(engine *e, exchange *x) {
  scheduler *s = &e->scheduler;
  /* Room for each that may have to wait one day, so that a retry cannot fail for want of it. */
  if (!due_reserve(&s->due, (size_t)e->open_count + 1))
    return false;
  x->state = EXCHANGE_WAITING;
  exchange_move(x, &s->queue);
  e->open_count++;
  if (s->winding_down)
    hold_back(e, x);
  scheduler_start(e);
  return true;
}

bool scheduler_sleep(engine *e, exchange *x, int64_t ms) {
  if (!due_reserve(&e->scheduler.due, (size_t)e->open_count + 1))
    return false;
  wait_until(&e->scheduler, x, monotonic_ms() + ms);
  e->open_count++;
  return true;
}

/* Those whose time has come: the oldest requests, so they go before those that never started.
 * One whose end an observer has not heard of yet keeps its answer until then. */
static void wake(engine *e, int64_t now) {
  scheduler *s = &e->scheduler;
  for (exchange *x; (x = due_first(&s->due)) != NULL && x->due <= now;) {
    if (x->news != 0)
      return;
    due_remove(&s->due, x);
    if (x->easy != NULL)
      exchange_move_first(x, &s->queue);
    else
      multi_finish(e, x);
  }
}

static void start(engine *e, exchange *x, int64_t now) {
  scheduler *s = &e->scheduler;
  if (x->attempts == 0)
    x->began = now;
  int64_t left = x->began + s->policy.deadline_ms - now;
  x->pace_round = s->pace.round;
  multi_start(e, x, left < x->timeout_ms ? (long)(left > 1 ? left : 1) : x->timeout_ms);
}

void scheduler_start(engine *e) {
  scheduler *s = &e->scheduler;
  if (s->queue.first == NULL && s->due.count == 0)
    return;
  int64_t now = monotonic_ms();
  wake(e, now);
  while (s->queue.first != NULL && e->running_count < multi_room(e) &&
         pace_take(&s->pace, e->running_count, now))
    start(e, s->queue.first, now);
}

static bool is_passing(const exchange *x) {
  if (x->failure == EXCHANGE_CUT_OFF || x->failure == EXCHANGE_NOT_REPEATED ||
      x->failure == EXCHANGE_TURNED_AWAY)
    return true;
  if (x->failure != EXCHANGE_FAILED)
    return false;
  switch (x->code) {
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
    return true;
  default:
    return false;
  }
}

/* What the answer says of how many requests are borne; in_flight counts this one. */
static void heed(pace *p, const exchange *x, long status, int in_flight) {
  if (retry_is_limited(status))
    pace_refused(p, x->pace_round, in_flight);
  else if (status != 0)
    pace_accepted(p, in_flight);
}

/* The verdict on x's last attempt, which brought that status, or 0 for no answer. If there is to be
 * another one, x waits for it. */
static void judge(scheduler *s, exchange *x, long status, bool passing) {
  int64_t now = monotonic_ms(), wait = 0;
  retry_case c = {.repeatable = x->repeatable,
                  .sent = x->sends > 0,
                  .passing = passing,
                  .status = status,
                  .attempts = x->attempts,
                  .elapsed_ms = now - x->began,
                  .retry_after_ms = exchange_retry_after(x)};
  x->verdict = retry_judge(&s->policy, &c, draw(s), &wait);
  if (x->verdict == RETRY_AGAIN && s->winding_down)
    x->verdict = RETRY_HELD_BACK;
  if (x->verdict == RETRY_AGAIN)
    wait_until(s, x, now + wait);
}

void scheduler_ended(engine *e, exchange *x) {
  scheduler *s = &e->scheduler;
  long status = exchange_status(x);
  heed(&s->pace, x, status, e->running_count + 1);
  x->verdict = RETRY_FINAL;
  if (status < 200 || status >= 300)
    judge(s, x, status, is_passing(x));
  news_add(&e->news, x, NEWS_ENDED);
  if (x->verdict != RETRY_AGAIN)
    multi_finish(e, x);
}

bool scheduler_retry(engine *e, exchange *x) {
  if (x->verdict != RETRY_FINAL || !due_reserve(&e->scheduler.due, (size_t)e->open_count + 1))
    return false;
  judge(&e->scheduler, x, 0, true);
  if (x->verdict != RETRY_AGAIN)
    return false;
  e->open_count++;
  return true;
}

void scheduler_remove(engine *e, exchange *x) {
  due_remove(&e->scheduler.due, x);
  e->open_count--;
}

int64_t scheduler_next(engine *e) {
  scheduler *s = &e->scheduler;
  const exchange *x = due_first(&s->due);
  int64_t next = x != NULL ? x->due : ENGINE_NEVER;
  if (s->queue.first == NULL || e->running_count >= multi_room(e) ||
      e->running_count >= pace_room(&s->pace))
    return next;
  int64_t now = monotonic_ms(), token = now + pace_patience(&s->pace, now);
  return next == ENGINE_NEVER || token < next ? token : next;
}
