#include "engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sigpipe.h"

enum { EVENTS_AT_ONCE = 64, RESTING_MOST = 64, NEVER = -1 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

/* curl_global_init may not run twice at once, and several Lua states may share the process. */
static void init_curl(void) {
  curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Lists. */

static void unlink_from_list(exchange *x) {
  exchange_list *list = x->list;
  if (list == NULL)
    return;
  if (x->previous != NULL)
    x->previous->next = x->next;
  else
    list->first = x->next;
  if (x->next != NULL)
    x->next->previous = x->previous;
  else
    list->last = x->previous;
  x->previous = x->next = NULL;
  x->list = NULL;
}

static void move_to(exchange_list *list, exchange *x) {
  unlink_from_list(x);
  x->list = list;
  x->previous = list->last;
  if (list->last != NULL)
    list->last->next = x;
  else
    list->first = x;
  list->last = x;
}

/* What libcurl tells us. */

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *known) {
  engine *e = user;
  (void)easy;
  if (!poller_watch(e->poller, socket, what, known != NULL))
    return -1;
  if (what == CURL_POLL_REMOVE)
    (void)curl_multi_assign(e->multi, socket, NULL);
  else if (known == NULL)
    (void)curl_multi_assign(e->multi, socket, e);
  return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
  engine *e = user;
  (void)multi;
  e->deadline = timeout_ms < 0 ? NEVER : now_ms() + timeout_ms;
  return 0;
}

/* Opening and closing what belongs to the process. */

static bool open_multi(engine *e) {
  pthread_once(&curl_once, init_curl);
  if (curl_ready != CURLE_OK)
    return false;
  e->poller = poller_open();
  e->multi = e->poller != NULL ? curl_multi_init() : NULL;
  if (e->multi == NULL) {
    poller_close(e->poller);
    e->poller = NULL;
    return false;
  }
  e->process = getpid();
  e->deadline = NEVER;
  e->trust = trust_choose(e->settings.ca_file, e->settings.ca_path);
  e->trust_version++;
  (void)curl_multi_setopt(e->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  (void)curl_multi_setopt(e->multi, CURLMOPT_SOCKETDATA, e);
  (void)curl_multi_setopt(e->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  (void)curl_multi_setopt(e->multi, CURLMOPT_TIMERDATA, e);
  (void)curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  /* Below the number in flight, connections are closed after each answer: the handshakes that
   * follow cost more than all else together. */
  (void)curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, e->settings.connections);
  return true;
}

static void finish(engine *e, exchange *x, exchange_failure failure, CURLcode code) {
  exchange_finish(x, failure, code);
  move_to(&e->finished, x);
  e->running_count--;
  e->finish_count++;
}

static void close_multi(engine *e, exchange_failure reason) {
  while (e->running.first != NULL) {
    exchange *x = e->running.first;
    (void)curl_multi_remove_handle(e->multi, x->easy);
    finish(e, x, reason, CURLE_OK);
  }
  while (e->resting != NULL) {
    exchange *x = e->resting;
    e->resting = x->next;
    exchange_free(x);
  }
  e->resting_count = 0;
  if (e->multi != NULL)
    (void)curl_multi_cleanup(e->multi);
  poller_close(e->poller);
  e->multi = NULL;
  e->poller = NULL;
  e->deadline = NEVER;
}

/* In a forked child: closing libcurl's handles would say goodbye on connections that the parent
 * goes on using, and may wait for a resolver thread that only the parent has. They are left
 * alone; all that a child loses is the memory. */
static void abandon(exchange_list *list) {
  for (exchange *x = list->first; x != NULL; x = x->next) {
    x->easy = NULL;
    x->content_type.data = NULL;
  }
}

static void drop_after_fork(engine *e) {
  if (e->multi == NULL || e->process == getpid())
    return;
  for (exchange *x = e->resting; x != NULL; x = x->next)
    x->easy = NULL;
  abandon(&e->running);
  abandon(&e->finished);
  abandon(&e->taken);
  while (e->running.first != NULL)
    finish(e, e->running.first, EXCHANGE_FORKED, CURLE_OK);
  e->multi = NULL;
  close_multi(e, EXCHANGE_FORKED);
}

void engine_open(engine *e, const settings *s) {
  *e = (engine){.settings = *s, .deadline = NEVER};
}

static void cut_loose(exchange_list *list) {
  while (list->first != NULL) {
    exchange *x = list->first;
    unlink_from_list(x);
    x->engine = NULL;
  }
}

void engine_close(engine *e) {
  if (e->closed)
    return;
  drop_after_fork(e);
  struct sigpipe guard;
  sigpipe_block(&guard);
  close_multi(e, EXCHANGE_ENGINE_CLOSED);
  sigpipe_restore(&guard);
  cut_loose(&e->finished);
  cut_loose(&e->taken);
  settings_free(&e->settings);
  e->closed = true;
}

/* The life of an exchange. */

exchange *engine_acquire(engine *e, const char **why) {
  drop_after_fork(e);
  *why = "not enough memory or file descriptors to start libcurl";
  if (e->multi == NULL && !open_multi(e))
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
  move_to(&e->taken, x);
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
  move_to(&e->running, x);
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
    finish(e, x, code == CURLE_OK ? EXCHANGE_ANSWERED : EXCHANGE_FAILED, code);
  }
}

static int time_left(const engine *e, int64_t until) {
  int64_t now = now_ms();
  if (e->deadline != NEVER && e->deadline < until)
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
  if (e->deadline != NEVER && e->deadline <= now_ms()) {
    e->deadline = NEVER;
    (void)curl_multi_socket_action(e->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
  harvest(e);
  return count >= 0;
}

void engine_step(engine *e, long timeout_ms) {
  drop_after_fork(e);
  if (e->multi == NULL)
    return;
  struct sigpipe guard;
  sigpipe_block(&guard);
  int64_t until = now_ms() + (e->running_count > 0 ? timeout_ms : 0);
  unsigned long before = e->finish_count;
  bool go_on = true;
  while (go_on)
    go_on = work(e, until) && e->finish_count == before && e->running_count > 0 && now_ms() < until;
  sigpipe_restore(&guard);
}

exchange *engine_take(engine *e) {
  exchange *x = e->finished.first;
  if (x != NULL)
    move_to(&e->taken, x);
  return x;
}

bool engine_take_this(exchange *x) {
  if (x->state != EXCHANGE_FINISHED)
    return false;
  if (x->engine != NULL)
    move_to(&x->engine->taken, x);
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
    drop_after_fork(e);
    if (x->list == &e->running)
      stop(e, x);
    unlink_from_list(x);
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
  drop_after_fork(e);
  if (e->multi == NULL || e->deadline == NEVER)
    return NEVER;
  int64_t left = e->deadline - now_ms();
  return left > 0 ? (long)left : 0;
}

int engine_descriptor(engine *e) {
  drop_after_fork(e);
  return e->multi != NULL ? poller_descriptor(e->poller) : -1;
}
