#include "engine.h"

#include "clock.h"
#include "sigpipe.h"

void engine_open(engine *e) {
  *e = (engine){0};
  multi_init(&e->multi);
  scheduler_init(&e->scheduler, &e->multi);
}

void engine_schedule(engine *e, const retry_policy *policy, int concurrency, double rate,
                     bool observe) {
  scheduler_set(&e->scheduler, policy, concurrency, rate);
  e->scheduler.events.observed = observe;
}

/* Closing, and forks. */

static void free_resting(engine *e) {
  while (e->resting != NULL) {
    transfer *t = e->resting;
    e->resting = t->next;
    transfer_free(t);
  }
  e->resting_count = 0;
}

static void abandon(transfer_list *list) {
  for (transfer *t = list->first; t != NULL; t = t->next)
    transfer_abandon(t);
}

/* Every function that uses libcurl calls this first: a forked child must not touch the parent's
 * handles. */
static void drop_after_fork(engine *e) {
  if (!multi_is_foreign(&e->multi))
    return;
  scheduler *s = &e->scheduler;
  for (transfer *t = e->resting; t != NULL; t = t->next)
    transfer_abandon(t);
  abandon(&e->multi.running);
  abandon(&e->multi.held);
  abandon(&e->multi.ended);
  abandon(&s->queues.ready);
  for (size_t i = 0; i < s->queues.timers.count; i++)
    transfer_abandon(s->queues.timers.items[i]);
  abandon(&s->queues.finished);
  abandon(&e->taken);
  multi_abandon(&e->multi);
  scheduler_finish_all(s, TRANSFER_FORKED);
  free_resting(e);
}

static void detach(transfer_list *list) {
  while (list->first != NULL) {
    transfer *t = list->first;
    transfer_unlink(t);
    transfer_detach(t);
  }
}

void engine_close(engine *e) {
  if (e->closed)
    return;
  drop_after_fork(e);
  sigpipe guard;
  sigpipe_block(&guard);
  multi_close(&e->multi);
  sigpipe_restore(&guard);
  scheduler_finish_all(&e->scheduler, TRANSFER_ENGINE_CLOSED);
  free_resting(e);
  events_clear(&e->scheduler.events);
  detach(&e->scheduler.queues.finished);
  detach(&e->taken);
  scheduler_free(&e->scheduler);
  settings_free(&e->settings);
  e->closed = true;
}

/* The life of a transfer. */

static bool prepare(engine *e) {
  drop_after_fork(e);
  return !e->closed &&
         (multi_is_open(&e->multi) || multi_open(&e->multi, &e->settings, e->scheduler.limit.most));
}

transfer *engine_acquire(engine *e, const char **why) {
  *why = e->closed ? "the client was closed"
                   : "not enough memory or file descriptors to start libcurl";
  if (!prepare(e))
    return NULL;
  transfer *t = e->resting;
  if (t != NULL) {
    e->resting = t->next;
    t->next = NULL;
    e->resting_count--;
  } else {
    t = transfer_new(&e->settings, &e->multi.sockets);
    if (t == NULL)
      return NULL;
    t->id = ++e->last_id;
  }
  t->engine = e;
  transfer_move(t, &e->taken);
  return t;
}

CURLcode engine_start(engine *e, transfer *t, const transfer_request *request) {
  CURLcode code = transfer_prepare(t, request);
  if (code == CURLE_OK && !scheduler_add(&e->scheduler, t, request))
    code = CURLE_OUT_OF_MEMORY;
  return code;
}

transfer *engine_sleep(engine *e, int64_t ms) {
  if (!prepare(e))
    return NULL;
  transfer *t = transfer_new_timer();
  if (t == NULL)
    return NULL;
  t->id = ++e->last_id;
  t->engine = e;
  if (!scheduler_sleep(&e->scheduler, t, ms)) {
    transfer_free(t);
    return NULL;
  }
  return t;
}

transfer *engine_take(engine *e) {
  transfer *t = e->scheduler.queues.finished.first;
  if (t != NULL)
    transfer_move(t, &e->taken);
  return t;
}

bool engine_take_this(transfer *t) {
  if (t->state != TRANSFER_FINISHED)
    return false;
  if (t->engine != NULL)
    transfer_move(t, &t->engine->taken);
  return true;
}

bool engine_retry(transfer *t) {
  engine *e = t->engine;
  if (e == NULL || t->state != TRANSFER_FINISHED || transfer_status(t) == 0)
    return false;
  drop_after_fork(e);
  return multi_is_open(&e->multi) && t->easy != NULL && scheduler_retry(&e->scheduler, t);
}

static void stop(engine *e, transfer *t) {
  if (t->state != TRANSFER_WAITING && t->state != TRANSFER_RUNNING)
    return;
  sigpipe guard;
  sigpipe_block(&guard);
  scheduler_remove(&e->scheduler, t);
  sigpipe_restore(&guard);
}

void engine_cancel(transfer *t) {
  engine *e = t->engine;
  if (e == NULL || t->state == TRANSFER_FINISHED)
    return;
  drop_after_fork(e);
  stop(e, t);
  events_drop(&e->scheduler.events, t);
  transfer_finish(t);
  transfer_move(t, &e->taken);
}

void engine_release(transfer *t) {
  engine *e = t->engine;
  if (e != NULL) {
    drop_after_fork(e);
    stop(e, t);
    transfer_unlink(t);
    events_drop(&e->scheduler.events, t);
    if (t->easy != NULL && e->resting_count < e->scheduler.limit.most) {
      transfer_rest(t);
      t->next = e->resting;
      e->resting = t;
      e->resting_count++;
      return;
    }
  }
  transfer_free(t);
}

/* Working. */

/* When the scheduler or libcurl next needs a call, even if no socket is ready. */
static int64_t next_time(engine *e) {
  int64_t next = scheduler_next(&e->scheduler), deadline = reactor_next(&e->multi.reactor);
  return next == ENGINE_NEVER || (deadline != ENGINE_NEVER && deadline < next) ? deadline : next;
}

static int time_left(engine *e, int64_t until) {
  int64_t now = monotonic_ms(), next = next_time(e);
  int64_t left = (next != ENGINE_NEVER && next < until ? next : until) - now;
  return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static bool has_news(const scheduler *s) {
  return s->queues.finished.first != NULL || s->events.first != NULL;
}

/* Whether there is nothing for the caller, and something to come. */
static bool is_quiet(const scheduler *s) {
  return !has_news(s) && s->queues.open_count > 0;
}

static void renew(engine *e) {
  if (multi_renew(&e->multi))
    return;
  multi_close(&e->multi);
  scheduler_finish_all(&e->scheduler, TRANSFER_NO_MEMORY);
}

void engine_step(engine *e, long timeout_ms) {
  drop_after_fork(e);
  if (!multi_is_open(&e->multi))
    return;
  scheduler *s = &e->scheduler;
  sigpipe *guard = &e->multi.sockets.guard;
  sigpipe_open(guard);
  int64_t until = monotonic_ms() + timeout_ms;
  bool go_on = true;
  while (go_on) {
    scheduler_run(s); /* may finish some: then there is no need to wait */
    go_on = multi_work(&e->multi, time_left(e, is_quiet(s) ? until : 0), timeout_ms > 0);
    if (e->multi.reactor.is_broken)
      renew(e);
    scheduler_limit(s);
    scheduler_judge(s);
    go_on = go_on && multi_is_open(&e->multi) && is_quiet(s) && monotonic_ms() < until;
  }
  sigpipe_restore(guard);
}

bool engine_begin(engine *e) {
  drop_after_fork(e);
  scheduler *s = &e->scheduler;
  if (multi_is_open(&e->multi)) {
    sigpipe *guard = &e->multi.sockets.guard;
    sigpipe_open(guard);
    multi_begin(&e->multi);
    if (e->multi.reactor.is_broken)
      renew(e);
    scheduler_judge(s);
    sigpipe_restore(guard);
  }
  return !has_news(s);
}

transfer *engine_next_event(engine *e, int *what) {
  return events_take(&e->scheduler.events, what);
}

void engine_drain(engine *e, bool on) {
  scheduler_drain(&e->scheduler, on);
}

void engine_allow(engine *e, int count) {
  e->scheduler.limit.allowance = count;
}

void engine_spread(engine *e, int count) {
  e->multi.admission.most_openings = count;
}

/* Queries. */

engine_load engine_get_load(const engine *e) {
  return (engine_load){.most = e->scheduler.limit.most,
                       .window = (int)e->scheduler.limit.window,
                       .in_flight = e->multi.running_count,
                       .open = e->scheduler.queues.open_count};
}

bool engine_is_full(const engine *e) {
  return scheduler_requests(&e->scheduler) >= e->scheduler.limit.most + e->max_waiting;
}

int engine_wanted(const engine *e) {
  return scheduler_wanted(&e->scheduler);
}

long engine_timeout(engine *e) {
  drop_after_fork(e);
  int64_t next = multi_is_open(&e->multi) ? next_time(e) : ENGINE_NEVER;
  if (has_news(&e->scheduler))
    return 0;
  if (next == ENGINE_NEVER)
    return ENGINE_NEVER;
  int64_t left = next - monotonic_ms();
  return left > 0 ? (long)left : 0;
}

int engine_descriptor(engine *e) {
  drop_after_fork(e);
  return multi_is_open(&e->multi) ? poller_descriptor(e->multi.reactor.poller) : -1;
}
