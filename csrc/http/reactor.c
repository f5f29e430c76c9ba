#include "reactor.h"

#include <pthread.h>

#include "clock.h"
#include "tls_guard.h"

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready = CURLE_FAILED_INIT;

/* curl_global_init may not run twice at once, and several Lua states may share the process. */
static void init_curl(void) {
  curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  tls_guard_prepare();
}

/* libcurl's callbacks. */

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *known) {
  reactor *r = user;
  (void)easy;
  /* libcurl would drop all of its transfers if this reported a failure. Without a report, only this
   * transfer suffers: it ends by its timeout. */
  (void)poller_watch(r->poller, socket, what, known != NULL);
  if (what == CURL_POLL_REMOVE)
    (void)curl_multi_assign(r->handle, socket, NULL);
  else if (known == NULL)
    (void)curl_multi_assign(r->handle, socket, r);
  return 0;
}

static int on_timer(CURLM *handle, long timeout_ms, void *user) {
  reactor *r = user;
  (void)handle;
  r->deadline = timeout_ms < 0 ? REACTOR_NEVER : monotonic_ms() + timeout_ms + (timeout_ms > 0);
  return 0;
}

/* Opening and closing. */

/* False when out of memory. */
static bool make_handle(reactor *r) {
  r->handle = curl_multi_init();
  if (r->handle == NULL)
    return false;
  (void)curl_multi_setopt(r->handle, CURLMOPT_SOCKETFUNCTION, on_socket);
  (void)curl_multi_setopt(r->handle, CURLMOPT_SOCKETDATA, r);
  (void)curl_multi_setopt(r->handle, CURLMOPT_TIMERFUNCTION, on_timer);
  (void)curl_multi_setopt(r->handle, CURLMOPT_TIMERDATA, r);
  return true;
}

static void drop_handle(reactor *r) {
  r->handle = NULL;
  r->deadline = REACTOR_NEVER;
  r->is_broken = false;
}

void reactor_init(reactor *r) {
  *r = (reactor){.deadline = REACTOR_NEVER};
}

bool reactor_open(reactor *r) {
  pthread_once(&curl_once, init_curl);
  if (curl_ready != CURLE_OK)
    return false;
  r->poller = poller_open();
  if (r->poller != NULL && make_handle(r))
    return true;
  reactor_close(r);
  return false;
}

void reactor_close(reactor *r) {
  if (r->handle != NULL)
    (void)curl_multi_cleanup(r->handle);
  drop_handle(r);
  poller_close(r->poller);
  r->poller = NULL;
}

void reactor_abandon(reactor *r) {
  r->handle = NULL;
  reactor_close(r);
}

bool reactor_renew(reactor *r) {
  (void)curl_multi_cleanup(r->handle);
  drop_handle(r);
  return make_handle(r);
}

/* Working. */

int64_t reactor_next(const reactor *r) {
  return r->is_hurried ? monotonic_ms() : r->deadline;
}

/* Few, so that the program gets at their answers, and sends the next requests, before the other ones that are
 * ready are read. */
enum { EVENTS_AT_ONCE = 16 };

/* The longest round that may not wait, so that the program's other work gets its turn. */
enum { SLICE_MS = 3 };

enum { SOON_MS = 20 };

enum { TIMERS_MOST = 4 };

/* After an error libcurl sets no timer, so one is set here. After an allocation has failed, its table
 * of sockets is incomplete, and 7.88 would crash at the next use. */
static void act(reactor *r, curl_socket_t socket, int ready) {
  int running;
  CURLMcode code = curl_multi_socket_action(r->handle, socket, ready, &running);
  if (code == CURLM_OK)
    return;
  int64_t soon = monotonic_ms() + SOON_MS;
  if (code == CURLM_OUT_OF_MEMORY)
    r->is_broken = true;
  else if (r->deadline == REACTOR_NEVER || r->deadline > soon)
    r->deadline = soon;
}

static bool is_due(const reactor *r) {
  return !r->is_broken && r->deadline != REACTOR_NEVER && r->deadline <= monotonic_ms();
}

static void act_by_timer(reactor *r) {
  r->deadline = REACTOR_NEVER;
  act(r, CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl often sets its timer to now again, and a request would wait for the next round. */
static void act_while_due(reactor *r) {
  for (int i = 0; i < TIMERS_MOST && is_due(r); i++)
    act_by_timer(r);
}

bool reactor_begin(reactor *r) {
  if (!is_due(r))
    return false;
  act_while_due(r);
  poller_flush(r->poller);
  return !is_due(r);
}

bool reactor_work(reactor *r, int timeout_ms, bool all) {
  poller_event events[EVENTS_AT_ONCE];
  int count = poller_wait(r->poller, events, EVENTS_AT_ONCE, timeout_ms);
  int64_t enough = monotonic_ms() + SLICE_MS;
  /* Sockets that are left out are still ready in the next round. */
  int handled = 0;
  for (; handled < count && !r->is_broken && (handled == 0 || all || monotonic_ms() < enough);
       handled++)
    act(r, events[handled].socket, events[handled].ready);
  r->is_behind = handled < count || count == EVENTS_AT_ONCE;
  act_while_due(r);
  poller_flush(r->poller);
  return count >= 0;
}
