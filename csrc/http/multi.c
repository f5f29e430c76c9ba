#include "multi.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "time_limit.h"
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
  multi *m = user;
  (void)easy;
  /* libcurl would drop all of its transfers if this reported a failure. Without a report, only this
   * transfer suffers: it ends by its timeout. */
  (void)poller_watch(m->poller, socket, what, known != NULL);
  if (what == CURL_POLL_REMOVE)
    (void)curl_multi_assign(m->handle, socket, NULL);
  else if (known == NULL)
    (void)curl_multi_assign(m->handle, socket, m);
  return 0;
}

static int on_timer(CURLM *handle, long timeout_ms, void *user) {
  multi *m = user;
  (void)handle;
  m->deadline = timeout_ms < 0 ? MULTI_NEVER : monotonic_ms() + timeout_ms + (timeout_ms > 0);
  return 0;
}

/* Opening and closing. */

/* The most requests on one HTTP/2 connection. libcurl opens a connection for each one above. */
enum { STREAMS = 100 };

/* False when out of memory. */
static bool make_handle(multi *m) {
  m->handle = curl_multi_init();
  if (m->handle == NULL)
    return false;
  (void)curl_multi_setopt(m->handle, CURLMOPT_SOCKETFUNCTION, on_socket);
  (void)curl_multi_setopt(m->handle, CURLMOPT_SOCKETDATA, m);
  (void)curl_multi_setopt(m->handle, CURLMOPT_TIMERFUNCTION, on_timer);
  (void)curl_multi_setopt(m->handle, CURLMOPT_TIMERDATA, m);
  (void)curl_multi_setopt(m->handle, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  (void)curl_multi_setopt(m->handle, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
  /* With fewer than `most`, libcurl closes connections after each response. The new handshakes then
   * cost more than all other work together. */
  (void)curl_multi_setopt(m->handle, CURLMOPT_MAXCONNECTS, (long)m->most);
  return true;
}

/* Forgets all that is known of the handle. */
static void drop_handle(multi *m) {
  m->handle = NULL;
  m->deadline = MULTI_NEVER;
  m->version = VERSION_UNKNOWN;
  m->leader = NULL;
  m->is_broken = false;
}

void multi_init(multi *m) {
  *m = (multi){.deadline = MULTI_NEVER};
}

bool multi_open(multi *m, const settings *s, int most) {
  pthread_once(&curl_once, init_curl);
  if (curl_ready != CURLE_OK)
    return false;
  m->most = most;
  m->poller = poller_open();
  bool chosen = ca_store_choose(&m->ca_store, s->ca_file, s->ca_path);
  if (m->poller == NULL || !chosen || !make_handle(m)) {
    multi_close(m);
    return false;
  }
  m->process = getpid();
  m->ca_version++;
  return true;
}

void multi_close(multi *m) {
  for (transfer *t = m->handle != NULL ? m->running.first : NULL; t != NULL; t = t->next)
    (void)curl_multi_remove_handle(m->handle, t->easy);
  if (m->handle != NULL)
    (void)curl_multi_cleanup(m->handle);
  sockets_free(&m->sockets);
  poller_close(m->poller);
  ca_store_free(&m->ca_store);
  drop_handle(m);
  m->poller = NULL;
  m->running_count = m->held_count = 0;
}

bool multi_is_foreign(const multi *m) {
  return m->handle != NULL && m->process != getpid();
}

void multi_abandon(multi *m) {
  m->handle = NULL;
  multi_close(m);
}

/* Attempts. */

static CURLcode add(multi *m, transfer *t) {
  if (t->ca_version != m->ca_version) {
    CURLcode code = ca_store_apply(&m->ca_store, t->easy);
    if (code != CURLE_OK)
      return code;
    t->ca_version = m->ca_version;
  }
  return curl_multi_add_handle(m->handle, t->easy) == CURLM_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

static void end(multi *m, transfer *t, transfer_failure failure, CURLcode code) {
  transfer_end(t, failure, code);
  if (t->list == &m->held)
    m->held_count--;
  transfer_move(t, &m->ended);
}

static void run(multi *m, transfer *t) {
  if (t->list == &m->held)
    m->held_count--;
  transfer_move(t, &m->running);
  CURLcode code = add(m, t);
  if (code != CURLE_OK)
    end(m, t, TRANSFER_FAILED, code);
}

/* The first connection. */

static bool is_version_known(const multi *m) {
  return m->version == VERSION_HTTP1 || m->version == VERSION_HTTP2;
}

static bool has_room(const multi *m) {
  return is_version_known(m) ||
         (m->version == VERSION_UNTOLD && m->running_count - m->held_count < STREAMS);
}

/* Starts those that are held, as far as there is room; else one that goes ahead. */
static void release(multi *m) {
  if (m->is_broken)
    return;
  while (m->held.first != NULL && has_room(m))
    run(m, m->held.first);
  while (m->held.first != NULL && m->version == VERSION_UNKNOWN && m->leader == NULL) {
    transfer *t = m->held.first;
    run(m, t);
    m->leader = t->list == &m->running ? t : NULL;
  }
}

static void set_version(multi *m, multi_version version) {
  m->version = version;
  if (version == VERSION_HTTP2 && m->most > STREAMS)
    (void)curl_multi_setopt(m->handle, CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)(m->most + STREAMS - 1) / STREAMS);
}

/* As soon as the leader's connection stands, those behind it may start. */
static void note_connection(multi *m) {
  const transfer *t = m->leader;
  if (t == NULL || t->sends == 0)
    return;
  m->leader = NULL;
  if (m->version == VERSION_UNKNOWN) {
    int agreed = sockets_agreed_http2(t->easy);
    set_version(m, agreed < 0 ? VERSION_UNTOLD : agreed > 0 ? VERSION_HTTP2 : VERSION_HTTP1);
  }
}

/* Where TLS does not tell the version, the first response does. */
static void note_version(multi *m, const transfer *t) {
  long version = 0;
  if (!is_version_known(m) && t->handle.shares &&
      curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version) == CURLE_OK &&
      version != CURL_HTTP_VERSION_NONE)
    set_version(m, version == CURL_HTTP_VERSION_2_0 ? VERSION_HTTP2 : VERSION_HTTP1);
}

/* A transfer that ended or was stopped leads no longer. If it could not connect, those behind it
 * cannot either. */
static void note_end(multi *m, const transfer *t, bool could_not_connect) {
  if (m->leader != t)
    return;
  note_connection(m);
  m->leader = NULL;
  while (could_not_connect && t->phase != PHASE_SENT && m->held.first != NULL) {
    transfer *held = m->held.first;
    memcpy(held->message, t->message, sizeof held->message);
    end(m, held, t->failure, t->code);
  }
  release(m);
}

void multi_start(multi *m, transfer *t, long timeout_ms) {
  CURLcode code = transfer_begin(t, timeout_ms);
  bool leads = m->version == VERSION_UNKNOWN && m->leader == NULL && t->handle.shares;
  m->running_count++;
  if (code != CURLE_OK) {
    end(m, t, TRANSFER_FAILED, code);
  } else if (t->handle.shares && !leads && !has_room(m)) {
    transfer_move(t, &m->held);
    m->held_count++;
  } else {
    run(m, t);
    if (leads && t->list == &m->running)
      m->leader = t;
  }
}

/* The bundle may contain an authority that the folder lacks. Nothing was sent yet, so a second try
 * is safe. */
static bool try_other_authorities(multi *m, transfer *t) {
  if (m->is_broken)
    return false;
  if (t->ca_version == m->ca_version && !ca_store_fall_back(&m->ca_store))
    return false;
  if (t->ca_version == m->ca_version)
    m->ca_version++;
  return add(m, t) == CURLE_OK;
}

/* Nothing was sent on the stale connection, and libcurl has closed it. */
static bool try_other_connection(multi *m, transfer *t) {
  return !m->is_broken && transfer_reconnect(t) == CURLE_OK && add(m, t) == CURLE_OK;
}

/* Whether its connection, which carries one request at a time, is out of step. */
static bool breaks_connection(const multi *m, const transfer *t, CURLcode code) {
  return code != CURLE_OK && t->sends > 0 && (!t->handle.shares || m->version == VERSION_HTTP1);
}

static void harvest(multi *m) {
  int left;
  note_connection(m);
  for (CURLMsg *message; (message = curl_multi_info_read(m->handle, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    transfer *t = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
    (void)curl_multi_remove_handle(m->handle, easy);
    note_version(m, t);
    bool is_untrusted = code == CURLE_PEER_FAILED_VERIFICATION && !m->sockets.is_full;
    if (is_untrusted && try_other_authorities(m, t))
      continue;
    if (t->connection_is_stale && try_other_connection(m, t))
      continue;
    if (code == CURLE_OPERATION_TIMEDOUT || t->failure == TRANSFER_LATE)
      time_limit_end(t, t, monotonic_ms());
    if (breaks_connection(m, t, code))
      sockets_break(&m->sockets, t->local_port);
    bool is_own = code == CURLE_ABORTED_BY_CALLBACK;
    end(m, t, code == CURLE_OK ? TRANSFER_ANSWERED : TRANSFER_FAILED, code);
    note_end(m, t, !is_own);
  }
  release(m);
}

void multi_stop(multi *m, transfer *t) {
  if (t->list == &m->running)
    (void)curl_multi_remove_handle(m->handle, t->easy);
  if (t->list == &m->held)
    m->held_count--;
  transfer_unlink(t);
  m->running_count--;
  note_end(m, t, false);
}

/* Time limits. */

/* Whether it waits for its turn on a connection that other requests use. */
static bool has_connection(const multi *m, const transfer *t) {
  if (t->phase != PHASE_WAITING || m->version != VERSION_HTTP2)
    return false;
  const transfer *other = m->running.first;
  while (other != NULL && other->phase != PHASE_SENT)
    other = other->next;
  return other != NULL;
}

int64_t multi_next_limit(const multi *m, const transfer *t) {
  return time_limit_next(t, has_connection(m, t));
}

/* The attempt whose connection t waits for, or t itself. */
static const transfer *opener_of(const multi *m, const transfer *t) {
  const transfer *other = t->phase == PHASE_WAITING ? m->running.first : NULL;
  while (other != NULL && other->phase != PHASE_RESOLVING && other->phase != PHASE_CONNECTING)
    other = other->next;
  return other != NULL ? other : t;
}

/* Over HTTP/1.x libcurl closes the connection of a request that ends without an answer. Over HTTP/2 others
 * may still wait for theirs there. */
static void leave_mute(multi *m, const transfer *t) {
  if (t->phase != PHASE_SENT || !sockets_note_late(&m->sockets, t->local_port, t->answers_before))
    return;
  for (const transfer *other = m->running.first; other != NULL; other = other->next)
    if (other->phase == PHASE_SENT && other->local_port == t->local_port)
      return;
  sockets_shut(&m->sockets, t->local_port);
}

void multi_end_late(multi *m, transfer *t, int64_t now) {
  bool is_own = time_limit_is_over(t, now);
  time_limit_end(t, opener_of(m, t), now);
  if (t->list == &m->running)
    (void)curl_multi_remove_handle(m->handle, t->easy);
  end(m, t, TRANSFER_LATE, CURLE_OPERATION_TIMEDOUT);
  leave_mute(m, t);
  note_end(m, t, !is_own);
}

/* Renewing. */

static void end_all(multi *m, transfer_list *list) {
  while (list->first != NULL) {
    transfer *t = list->first;
    if (list == &m->running)
      (void)curl_multi_remove_handle(m->handle, t->easy);
    end(m, t, TRANSFER_NO_MEMORY, CURLE_OUT_OF_MEMORY);
  }
}

bool multi_renew(multi *m) {
  end_all(m, &m->running);
  end_all(m, &m->held);
  (void)curl_multi_cleanup(m->handle);
  drop_handle(m);
  return make_handle(m);
}

/* Working. */

enum { EVENTS_AT_ONCE = 64 };

/* The longest round that may not wait, so that the program's other work gets its turn. */
enum { SLICE_MS = 3 };

enum { SOON_MS = 20 };

/* After an error libcurl sets no timer, so one is set here. After an allocation has failed, its table
 * of sockets is incomplete, and 7.88 would crash at the next use. */
static void act(multi *m, curl_socket_t socket, int ready) {
  int running;
  CURLMcode code = curl_multi_socket_action(m->handle, socket, ready, &running);
  if (code == CURLM_OK)
    return;
  int64_t soon = monotonic_ms() + SOON_MS;
  if (code == CURLM_OUT_OF_MEMORY)
    m->is_broken = true;
  else if (m->deadline == MULTI_NEVER || m->deadline > soon)
    m->deadline = soon;
}

bool multi_work(multi *m, int timeout_ms, bool all) {
  poller_event events[EVENTS_AT_ONCE];
  int count = poller_wait(m->poller, events, EVENTS_AT_ONCE, timeout_ms);
  int64_t enough = monotonic_ms() + SLICE_MS;
  /* Sockets that are left out are still ready in the next round. */
  int handled = 0;
  for (; handled < count && !m->is_broken && (handled == 0 || all || monotonic_ms() < enough);
       handled++)
    act(m, events[handled].socket, events[handled].ready);
  m->is_behind = handled < count || count == EVENTS_AT_ONCE;
  if (!m->is_broken && m->deadline != MULTI_NEVER && m->deadline <= monotonic_ms()) {
    m->deadline = MULTI_NEVER;
    act(m, CURL_SOCKET_TIMEOUT, 0);
  }
  harvest(m);
  return count >= 0;
}
