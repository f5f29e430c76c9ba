#include "multi.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

/* curl_global_init may not run twice at once, and several Lua states may share the process. */
static void init_curl(void) {
  curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
  e->deadline = timeout_ms < 0 ? ENGINE_NEVER : monotonic_ms() + timeout_ms;
  return 0;
}

/* Opening and closing what belongs to the process. */

bool multi_open(engine *e) {
  pthread_once(&curl_once, init_curl);
  if (curl_ready != CURLE_OK)
    return false;
  e->poller = poller_open();
  e->multi = curl_multi_init();
  bool chosen = trust_choose(&e->trust, e->settings.ca_file, e->settings.ca_path);
  if (e->poller == NULL || e->multi == NULL || !chosen) {
    multi_close(e, EXCHANGE_ENGINE_CLOSED);
    return false;
  }
  e->process = getpid();
  e->deadline = ENGINE_NEVER;
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

void multi_finish(engine *e, exchange *x, exchange_failure failure, CURLcode code) {
  exchange_finish(x, failure, code);
  exchange_move(x, &e->finished);
  e->running_count--;
  e->finish_count++;
}

void multi_close(engine *e, exchange_failure reason) {
  while (e->running.first != NULL) {
    exchange *x = e->running.first;
    (void)curl_multi_remove_handle(e->multi, x->easy);
    multi_finish(e, x, reason, CURLE_OK);
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
  trust_free(&e->trust);
  e->multi = NULL;
  e->poller = NULL;
  e->deadline = ENGINE_NEVER;
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

void multi_drop_after_fork(engine *e) {
  if (e->multi == NULL || e->process == getpid())
    return;
  for (exchange *x = e->resting; x != NULL; x = x->next)
    x->easy = NULL;
  abandon(&e->running);
  abandon(&e->finished);
  abandon(&e->taken);
  while (e->running.first != NULL)
    multi_finish(e, e->running.first, EXCHANGE_FORKED, CURLE_OK);
  e->multi = NULL;
  multi_close(e, EXCHANGE_FORKED);
}
