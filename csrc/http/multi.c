#include "multi.h"

#include <string.h>

#include "clock.h"
#include "process.h"
#include "time_limit.h"

/* Opening and closing. */

/* The most requests on one HTTP/2 connection. libcurl opens a connection for each one above. */
enum { STREAMS = 100 };

static void set_connections(multi *m) {
  CURLM *handle = m->reactor.handle;
  (void)curl_multi_setopt(handle, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  (void)curl_multi_setopt(handle, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
  /* With fewer than `most`, libcurl closes connections after each response. The new handshakes then
   * cost more than all other work together. */
  (void)curl_multi_setopt(handle, CURLMOPT_MAXCONNECTS, (long)m->most);
}

/* Forgets all that is known of the handle's connections. */
static void forget_connections(multi *m) {
  m->version = VERSION_UNKNOWN;
  m->leader = NULL;
}

void multi_init(multi *m) {
  *m = (multi){0};
  reactor_init(&m->reactor);
}

bool multi_open(multi *m, const settings *s, int most) {
  m->most = most;
  if (!reactor_open(&m->reactor) || !ca_store_choose(&m->ca_store, s->ca_file, s->ca_path)) {
    multi_close(m);
    return false;
  }
  set_connections(m);
  m->process = process_number();
  m->sockets.poller = m->reactor.poller;
  m->ca_version++;
  return true;
}

void multi_close(multi *m) {
  for (transfer *t = multi_is_open(m) ? m->running.first : NULL; t != NULL; t = t->next)
    (void)curl_multi_remove_handle(m->reactor.handle, t->easy);
  reactor_close(&m->reactor);
  sockets_free(&m->sockets);
  ca_store_free(&m->ca_store);
  forget_connections(m);
  m->running_count = m->held_count = 0;
}

bool multi_is_foreign(const multi *m) {
  return multi_is_open(m) && m->process != process_number();
}

void multi_abandon(multi *m) {
  reactor_abandon(&m->reactor);
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
  return curl_multi_add_handle(m->reactor.handle, t->easy) == CURLM_OK ? CURLE_OK
                                                                       : CURLE_OUT_OF_MEMORY;
}

static void end(multi *m, transfer *t, transfer_failure failure, CURLcode code) {
  transfer_end(t, failure, code);
  if (t->list == &m->held)
    m->held_count--;
  transfer_move(t, &m->ended);
}

/* Whether an attempt that is to start needs a new connection, as far as that can be told. */
static bool needs_connection(const multi *m, const transfer *t) {
  int others = m->running_count - m->held_count - (t->list != &m->held);
  return m->version != VERSION_HTTP2 && (size_t)others >= m->sockets.count;
}

static void run(multi *m, transfer *t) {
  m->openings += needs_connection(m, t);
  if (t->list == &m->held)
    m->held_count--;
  transfer_move(t, &m->running);
  CURLcode code = add(m, t);
  if (code != CURLE_OK)
    end(m, t, TRANSFER_FAILED, code);
}

/* The first connection, and the pace of others. */

static bool is_version_known(const multi *m) {
  return m->version == VERSION_HTTP1 || m->version == VERSION_HTTP2;
}

static bool is_opening_enough(const multi *m, const transfer *t) {
  return m->most_openings > 0 && m->openings >= m->most_openings && needs_connection(m, t);
}

static bool has_room(const multi *m, const transfer *t) {
  if (is_opening_enough(m, t))
    return false;
  return !t->handle.shares || is_version_known(m) ||
         (m->version == VERSION_UNTOLD && m->running_count - m->held_count < STREAMS);
}

/* Whether it may go ahead of others that could share its connection. */
static bool may_lead(const multi *m, const transfer *t) {
  return t->handle.shares && m->version == VERSION_UNKNOWN && m->leader == NULL &&
         !is_opening_enough(m, t);
}

/* Starts those that are held, as far as there is room; else one that goes ahead. */
static void release(multi *m) {
  if (m->reactor.is_broken)
    return;
  while (m->held.first != NULL && has_room(m, m->held.first))
    run(m, m->held.first);
  while (m->held.first != NULL && may_lead(m, m->held.first)) {
    transfer *t = m->held.first;
    run(m, t);
    m->leader = t->list == &m->running ? t : NULL;
  }
  if (m->held.first != NULL && is_opening_enough(m, m->held.first))
    m->reactor.is_hurried = true;
}

static void set_version(multi *m, multi_version version) {
  m->version = version;
  if (version == VERSION_HTTP2 && m->most > STREAMS)
    (void)curl_multi_setopt(m->reactor.handle, CURLMOPT_MAX_HOST_CONNECTIONS,
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
  m->running_count++;
  bool leads = may_lead(m, t);
  if (code != CURLE_OK) {
    end(m, t, TRANSFER_FAILED, code);
  } else if (!leads && !has_room(m, t)) {
    if (is_opening_enough(m, t))
      m->reactor.is_hurried = true;
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
  if (m->reactor.is_broken)
    return false;
  if (t->ca_version == m->ca_version && !ca_store_fall_back(&m->ca_store))
    return false;
  if (t->ca_version == m->ca_version)
    m->ca_version++;
  return add(m, t) == CURLE_OK;
}

/* Nothing was sent on the stale connection, and libcurl has closed it. */
static bool try_other_connection(multi *m, transfer *t) {
  return !m->reactor.is_broken && transfer_reconnect(t) == CURLE_OK && add(m, t) == CURLE_OK;
}

/* Whether its connection, which carries one request at a time, is out of step. */
static bool breaks_connection(const multi *m, const transfer *t, CURLcode code) {
  return code != CURLE_OK && t->sends > 0 && (!t->handle.shares || m->version == VERSION_HTTP1);
}

static void harvest(multi *m) {
  int left;
  note_connection(m);
  for (CURLMsg *message; (message = curl_multi_info_read(m->reactor.handle, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURLcode code = message->data.result;
    CURL *easy = message->easy_handle;
    transfer *t = NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
    (void)curl_multi_remove_handle(m->reactor.handle, easy);
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
    (void)curl_multi_remove_handle(m->reactor.handle, t->easy);
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
    (void)curl_multi_remove_handle(m->reactor.handle, t->easy);
  end(m, t, TRANSFER_LATE, CURLE_OPERATION_TIMEDOUT);
  leave_mute(m, t);
  note_end(m, t, !is_own);
}

/* Renewing. */

static void end_all(multi *m, transfer_list *list) {
  while (list->first != NULL) {
    transfer *t = list->first;
    if (list == &m->running)
      (void)curl_multi_remove_handle(m->reactor.handle, t->easy);
    end(m, t, TRANSFER_NO_MEMORY, CURLE_OUT_OF_MEMORY);
  }
}

bool multi_renew(multi *m) {
  end_all(m, &m->running);
  end_all(m, &m->held);
  forget_connections(m);
  if (!reactor_renew(&m->reactor))
    return false;
  set_connections(m);
  return true;
}

bool multi_work(multi *m, int timeout_ms, bool all) {
  m->openings = 0;
  m->reactor.is_hurried = false;
  bool is_alone = all && m->running_count == 1;
  bool no_signal =
      (is_alone && reactor_begin(&m->reactor)) || reactor_work(&m->reactor, timeout_ms, all);
  harvest(m);
  return no_signal;
}
