#include "engine.h"

#include "clock.h"
#include "multi.h"
#include "sigpipe.h"

enum { EVENTS_AT_ONCE = 64 };

/* A step that may not wait ends after so long: what else the program has to do comes first then. */
enum { SLICE_MS = 3 };

enum { SOON_MS = 20 };

void engine_open(engine *e) {
  *e = (engine){.deadline = ENGINE_NEVER};
}

static void cut_loose(exchange_list *list) {
  while (list->first != NULL) {
    exchange *x = list->first;
    exchange_unlink(x);
    exchange_cut_loose(x);
  }
}

void engine_close(engine *e) {
  if (e->closed)
    return;
  multi_drop_after_fork(e);
  struct sigpipe guard;
  sigpipe_block(&guard);
  multi_close(e, EXCHANGE_ENGINE_CLOSED);
  sigpipe_restore(&guard);
  news_clear(&e->news);
  cut_loose(&e->finished);
  cut_loose(&e->taken);
  scheduler_free(&e->scheduler);
  settings_free(&e->settings);
  e->closed = true;
}

/* The life of an exchange. */

exchange *engine_acquire(engine *e, const char **why) {
  multi_drop_after_fork(e);
  *why = "the client was closed";
  if (e->closed)
    return NULL;
  *why = "not enough memory or file descriptors to start libcurl";
  if (e->multi == NULL && !multi_open(e))
    return NULL;
  exchange *x = e->resting;
  if (x != NULL) {
    e->resting = x->next;
    x->next = NULL;
    e->resting_count--;
  } else {
    x = exchange_new(&e->settings, &e->sockets);
    if (x == NULL)
      return NULL;
    x->id = ++e->last_id;
  }
  x->engine = e;
  exchange_move(x, &e->taken);
  return x;
}

CURLcode engine_start(engine *e, exchange *x, const exchange_request *request) {
  CURLcode code = exchange_prepare(x, request);
  if (code == CURLE_OK && !scheduler_add(e, x))
    code = CURLE_OUT_OF_MEMORY;
  return code;
}

exchange *engine_sleep(engine *e, int64_t ms) {
  multi_drop_after_fork(e);
  if (e->closed || (e->multi == NULL && !multi_open(e)))
    return NULL;
  exchange *x = exchange_new_timer();
  if (x == NULL)
    return NULL;
  x->id = ++e->last_id;
  x->engine = e;
  if (!scheduler_sleep(e, x, ms)) {
    exchange_free(x);
    return NULL;
  }
  return x;
}

/* When something has to be done even if no socket is ready. */
static int64_t next_time(engine *e) {
  int64_t next = scheduler_next(e);
  return next == ENGINE_NEVER || (e->deadline != ENGINE_NEVER && e->deadline < next) ? e->deadline
                                                                                     : next;
}

static int time_left(engine *e, int64_t until) {
  int64_t now = monotonic_ms(), next = next_time(e);
  int64_t left = (next != ENGINE_NEVER && next < until ? next : until) - now;
  return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

/* After an error libcurl does not say when it wants to be called again. */
static void act(engine *e, curl_socket_t socket, int ready) {
  int running;
  if (curl_multi_socket_action(e->multi, socket, ready, &running) == CURLM_OK)
    return;
  int64_t soon = monotonic_ms() + SOON_MS;
  if (e->deadline == ENGINE_NEVER || e->deadline > soon)
    e->deadline = soon;
}

/* One round: sockets that are ready, all or as many as go into a slice, then libcurl's timer. The
 * others are ready still at the next round. False when a signal came. */
static bool work(engine *e, int64_t until, bool all) {
  poller_event events[EVENTS_AT_ONCE];
  int count = poller_wait(e->poller, events, EVENTS_AT_ONCE, time_left(e, until));
  int64_t enough = monotonic_ms() + SLICE_MS;
  for (int i = 0; i < count && (i == 0 || all || monotonic_ms() < enough); i++)
    act(e, events[i].socket, events[i].ready);
  if (e->deadline != ENGINE_NEVER && e->deadline <= monotonic_ms()) {
    e->deadline = ENGINE_NEVER;
    act(e, CURL_SOCKET_TIMEOUT, 0);
  }
  multi_harvest(e);
  return count >= 0;
}

static bool is_quiet(const engine *e, unsigned long finished_before) {
  return e->finish_count == finished_before && e->news.first == NULL && e->open_count > 0;
}

void engine_step(engine *e, long timeout_ms) {
  multi_drop_after_fork(e);
  if (e->multi == NULL)
    return;
  struct sigpipe guard;
  sigpipe_block(&guard);
  int64_t until = monotonic_ms() + timeout_ms;
  unsigned long before = e->finish_count;
  bool go_on = true;
  while (go_on) {
    scheduler_start(e); /* may finish some by itself, which is no reason to wait then */
    go_on = work(e, is_quiet(e, before) ? until : 0, timeout_ms > 0);
    go_on = go_on && is_quiet(e, before) && monotonic_ms() < until;
  }
  sigpipe_restore(&guard);
}

exchange *engine_take(engine *e) {
  exchange *x = e->finished.first;
  if (x != NULL)
    exchange_move(x, &e->taken);
  return x;
}

bool engine_take_this(exchange *x) {
  if (x->state != EXCHANGE_FINISHED)
    return false;
  if (x->engine != NULL)
    exchange_move(x, &x->engine->taken);
  return true;
}

bool engine_retry(exchange *x) {
  engine *e = x->engine;
  if (e == NULL || x->state != EXCHANGE_FINISHED || exchange_status(x) == 0)
    return false;
  multi_drop_after_fork(e);
  return e->multi != NULL && x->easy != NULL && scheduler_retry(e, x);
}

static void stop(engine *e, exchange *x) {
  if (x->state == EXCHANGE_WAITING) {
    scheduler_remove(e, x);
  } else if (x->state == EXCHANGE_RUNNING) {
    struct sigpipe guard;
    sigpipe_block(&guard);
    multi_stop(e, x);
    sigpipe_restore(&guard);
  }
}

void engine_release(exchange *x) {
  engine *e = x->engine;
  if (e != NULL) {
    multi_drop_after_fork(e);
    stop(e, x);
    exchange_unlink(x);
    news_drop(&e->news, x);
    if (x->easy != NULL && e->resting_count < e->scheduler.pace.limit) {
      exchange_rest(x);
      x->next = e->resting;
      e->resting = x;
      e->resting_count++;
      return;
    }
  }
  exchange_free(x);
}

long engine_patience(engine *e) {
  multi_drop_after_fork(e);
  int64_t next = e->multi != NULL ? next_time(e) : ENGINE_NEVER;
  if (next == ENGINE_NEVER)
    return ENGINE_NEVER;
  int64_t left = next - monotonic_ms();
  return left > 0 ? (long)left : 0;
}

int engine_descriptor(engine *e) {
  multi_drop_after_fork(e);
  return e->multi != NULL ? poller_descriptor(e->poller) : -1;
}
