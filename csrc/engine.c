#include "engine.h"

#include "multi.h"
#include "sigpipe.h"

enum { EVENTS_AT_ONCE = 64, RESTING_MOST = 64 };

void engine_open(engine *e, const settings *s) {
  *e = (engine){.settings = *s, .deadline = ENGINE_NEVER};
}

static void cut_loose(exchange_list *list) {
  while (list->first != NULL) {
    exchange *x = list->first;
    exchange_unlink(x);
    x->engine = NULL;
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
  cut_loose(&e->finished);
  cut_loose(&e->taken);
  settings_free(&e->settings);
  e->closed = true;
}

/* The life of an exchange. */

exchange *engine_acquire(engine *e, const char **why) {
  multi_drop_after_fork(e);
  *why = "not enough memory or file descriptors to start libcurl";
  if (e->multi == NULL && !multi_open(e))
    return NULL;
  exchange *x = e->resting;
  if (x != NULL) {
    e->resting = x->next;
    x->next = NULL;
    e->resting_count--;
  } else {
    x = exchange_new(&e->settings);
    if (x == NULL)
      return NULL;
    x->id = ++e->last_id;
  }
  x->engine = e;
  exchange_move(x, &e->taken);
  return x;
}

static CURLcode add(engine *e, exchange *x) {
  if (x->trust_version != e->trust_version) {
    CURLcode code = trust_apply(&e->trust, x->easy);
    if (code != CURLE_OK)
      return code;
    x->trust_version = e->trust_version;
  }
  return curl_multi_add_handle(e->multi, x->easy) == CURLM_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

CURLcode engine_start(engine *e, exchange *x, const exchange_request *request) {
  CURLcode code = exchange_prepare(x, request);
  if (code == CURLE_OK)
    code = add(e, x);
  if (code != CURLE_OK)
    return code;
  exchange_move(x, &e->running);
  e->running_count++;
  return CURLE_OK;
}

/* A certificate that the folder of authorities does not vouch for may be vouched for by the
 * bundle. Nothing was sent yet, so the request can go again. */
static bool try_other_trust(engine *e, exchange *x) {
  if (x->trust_version == e->trust_version && !trust_fall_back(&e->trust))
    return false;
  if (x->trust_version == e->trust_version)
    e->trust_version++;
  return add(e, x) == CURLE_OK;
}

static void harvest(engine *e) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(e->multi, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    exchange *x = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
    (void)curl_multi_remove_handle(e->multi, easy);
    if (code == CURLE_PEER_FAILED_VERIFICATION && try_other_trust(e, x))
      continue;
    multi_finish(e, x, code == CURLE_OK ? EXCHANGE_ANSWERED : EXCHANGE_FAILED, code);
  }
}

static int time_left(const engine *e, int64_t until) {
  int64_t now = monotonic_ms();
  if (e->deadline != ENGINE_NEVER && e->deadline < until)
    until = e->deadline;
  int64_t left = until - now;
  return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

/* One round: sockets that are ready, then libcurl's timer. False when a signal came. */
static bool work(engine *e, int64_t until) {
  poller_event events[EVENTS_AT_ONCE];
  int running;
  int count = poller_wait(e->poller, events, EVENTS_AT_ONCE, time_left(e, until));
  for (int i = 0; i < count; i++)
    (void)curl_multi_socket_action(e->multi, events[i].socket, events[i].ready, &running);
  if (e->deadline != ENGINE_NEVER && e->deadline <= monotonic_ms()) {
    e->deadline = ENGINE_NEVER;
    (void)curl_multi_socket_action(e->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
  harvest(e);
  return count >= 0;
}

void engine_step(engine *e, long timeout_ms) {
  multi_drop_after_fork(e);
  if (e->multi == NULL)
    return;
  struct sigpipe guard;
  sigpipe_block(&guard);
  int64_t until = monotonic_ms() + (e->running_count > 0 ? timeout_ms : 0);
  unsigned long before = e->finish_count;
  bool go_on = true;
  while (go_on)
    go_on = work(e, until) && e->finish_count == before && e->running_count > 0 &&
            monotonic_ms() < until;
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

static void stop(engine *e, exchange *x) {
  struct sigpipe guard;
  sigpipe_block(&guard);
  (void)curl_multi_remove_handle(e->multi, x->easy);
  sigpipe_restore(&guard);
  e->running_count--;
}

void engine_release(exchange *x) {
  engine *e = x->engine;
  if (e != NULL) {
    multi_drop_after_fork(e);
    if (x->list == &e->running)
      stop(e, x);
    exchange_unlink(x);
    if (x->easy != NULL && e->resting_count < RESTING_MOST) {
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
  if (e->multi == NULL || e->deadline == ENGINE_NEVER)
    return ENGINE_NEVER;
  int64_t left = e->deadline - monotonic_ms();
  return left > 0 ? (long)left : 0;
}

int engine_descriptor(engine *e) {
  multi_drop_after_fork(e);
  return e->multi != NULL ? poller_descriptor(e->poller) : -1;
}
