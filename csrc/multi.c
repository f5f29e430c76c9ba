#include "multi.h"

#include <limits.h>
#include <pthread.h>
#include <unistd.h>

#include "clock.h"

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

/* curl_global_init may not run twice at once, and several Lua states may share the process. */
static void init_curl(void) {
  curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* What libcurl tells us. */

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *known) {
  engine *e = user;
  (void)easy;
  /* A failure is not told to libcurl, which would lose all of its transfers. This one ends by its
   * timeout. */
  (void)poller_watch(e->poller, socket, what, known != NULL);
  if (what == CURL_POLL_REMOVE)
    (void)curl_multi_assign(e->multi, socket, NULL);
  else if (known == NULL)
    (void)curl_multi_assign(e->multi, socket, e);
  return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
  engine *e = user;
  (void)multi;
  e->deadline = timeout_ms < 0 ? ENGINE_NEVER : monotonic_ms() + timeout_ms + (timeout_ms > 0);
  return 0;
}

/* Opening what belongs to the process. */

/* libcurl puts so many requests on an HTTP/2 connection, and opens one more for each above. */
enum { STREAMS = 100 };

static void set_limits(engine *e) {
  (void)curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  (void)curl_multi_setopt(e->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
  /* Below the number in flight, connections are closed after each answer: the handshakes that
   * follow cost more than all else together. */
  (void)curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, (long)e->scheduler.pace.limit);
  e->version_known = e->scheduler.pace.limit <= STREAMS; /* or does not matter */
}

int multi_room(const engine *e) {
  return e->version_known ? INT_MAX : STREAMS;
}

/* The first answer tells whether requests share connections. If they do, as few as hold them all
 * are enough; over HTTP/1.1 each in flight needs its own. */
static void note_version(engine *e, CURL *easy) {
  long version = 0;
  if (e->version_known || curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version) != CURLE_OK ||
      version == CURL_HTTP_VERSION_NONE)
    return;
  e->version_known = true;
  if (version == CURL_HTTP_VERSION_2_0)
    (void)curl_multi_setopt(e->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)(e->scheduler.pace.limit + STREAMS - 1) / STREAMS);
}

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
  set_limits(e);
  return true;
}

void multi_finish(engine *e, exchange *x) {
  exchange_finish(x);
  exchange_move(x, &e->finished);
  e->open_count--;
  e->finish_count++;
}

/* The life of an attempt. */

static CURLcode add(engine *e, exchange *x) {
  if (x->trust_version != e->trust_version) {
    CURLcode code = trust_apply(&e->trust, x->easy);
    if (code != CURLE_OK)
      return code;
    x->trust_version = e->trust_version;
  }
  return curl_multi_add_handle(e->multi, x->easy) == CURLM_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static void ended(engine *e, exchange *x, exchange_failure failure, CURLcode code) {
  e->running_count--;
  exchange_end(x, failure, code);
  scheduler_ended(e, x);
}

void multi_start(engine *e, exchange *x, long timeout_ms) {
  CURLcode code = exchange_begin(x, timeout_ms);
  if (code == CURLE_OK)
    code = add(e, x);
  exchange_move(x, &e->running);
  e->running_count++;
  news_add(&e->news, x, NEWS_STARTED);
  if (code != CURLE_OK)
    ended(e, x, EXCHANGE_FAILED, code);
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

/* Nothing was sent on that connection, which libcurl has closed by now. */
static bool try_other_connection(engine *e, exchange *x) {
  x->connection_is_stale = false;
  return add(e, x) == CURLE_OK;
}

void multi_harvest(engine *e) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(e->multi, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    exchange *x = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
    (void)curl_multi_remove_handle(e->multi, easy);
    note_version(e, easy);
    if (code == CURLE_PEER_FAILED_VERIFICATION && try_other_trust(e, x))
      continue;
    if (x->connection_is_stale && try_other_connection(e, x))
      continue;
    ended(e, x, code == CURLE_OK ? EXCHANGE_ANSWERED : EXCHANGE_FAILED, code);
  }
}

void multi_stop(engine *e, exchange *x) {
  (void)curl_multi_remove_handle(e->multi, x->easy);
  e->running_count--;
  e->open_count--;
}

/* Closing. */

/* One that waits after a failed attempt keeps that as its end, for that says more. */
static void finish_all(engine *e, exchange_list *list, exchange_failure reason) {
  while (list->first != NULL) {
    exchange *x = list->first;
    due_remove(&e->scheduler.due, x);
    if (!x->ended)
      exchange_end(x, reason, CURLE_OK);
    multi_finish(e, x);
  }
}

void multi_close(engine *e, exchange_failure reason) {
  for (exchange *x = e->multi != NULL ? e->running.first : NULL; x != NULL; x = x->next)
    (void)curl_multi_remove_handle(e->multi, x->easy);
  e->running_count = 0;
  finish_all(e, &e->running, reason);
  finish_all(e, &e->scheduler.delayed, reason);
  finish_all(e, &e->scheduler.queue, reason);
  while (e->resting != NULL) {
    exchange *x = e->resting;
    e->resting = x->next;
    exchange_free(x);
  }
  e->resting_count = 0;
  if (e->multi != NULL)
    (void)curl_multi_cleanup(e->multi);
  sockets_free(&e->sockets);
  poller_close(e->poller);
  trust_free(&e->trust);
  e->multi = NULL;
  e->poller = NULL;
  e->deadline = ENGINE_NEVER;
  e->scheduler.random = 0;
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
  abandon(&e->scheduler.queue);
  abandon(&e->scheduler.delayed);
  abandon(&e->finished);
  abandon(&e->taken);
  e->multi = NULL;
  multi_close(e, EXCHANGE_FORKED);
}
