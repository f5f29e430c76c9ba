#include "multi.h"

#include <string.h>

#include "clock.h"
#include "connection_peers.h"
#include "process.h"
#include "time_limit.h"

/* Opening and closing. */

static void set_connections(multi *m) {
  CURLM *handle = m->reactor.handle;
  (void)curl_multi_setopt(handle, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  (void)curl_multi_setopt(handle, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)ADMISSION_STREAMS);
  /* With fewer than `most`, libcurl closes connections after each response. The new handshakes then
   * cost more than all other work together. */
  (void)curl_multi_setopt(handle, CURLMOPT_MAXCONNECTS, (long)m->most);
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
  admission_reset(&m->admission);
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

/* What an attempt finds that is to begin. */
static admission_load load_for(const multi *m, const transfer *t) {
  int begun = m->running_count - m->held_count - (t->list != &m->held);
  return (admission_load){.others = begun, .connections = m->sockets.count};
}

static void run(multi *m, transfer *t) {
  admission_note_begin(&m->admission, load_for(m, t));
  if (t->list == &m->held)
    m->held_count--;
  transfer_move(t, &m->running);
  CURLcode code = add(m, t);
  if (code != CURLE_OK)
    end(m, t, TRANSFER_FAILED, code);
}

static bool has_room(const multi *m, const transfer *t) {
  return admission_has_room(&m->admission, t, load_for(m, t));
}

static bool may_lead(const multi *m, const transfer *t) {
  return admission_may_lead(&m->admission, t, load_for(m, t));
}

/* An attempt that is held until the next round makes that due at once. */
static void hurry(multi *m, const transfer *t) {
  if (admission_is_opening_enough(&m->admission, load_for(m, t)))
    m->reactor.is_hurried = true;
}

/* Runs an attempt ahead of others. */
static void lead(multi *m, transfer *t) {
  run(m, t);
  m->admission.leader = t->list == &m->running ? t : NULL;
}

/* Starts those that are held, as far as there is room; else one that goes ahead. */
static void release(multi *m) {
  if (m->reactor.is_broken)
    return;
  while (m->held.first != NULL && has_room(m, m->held.first))
    run(m, m->held.first);
  while (m->held.first != NULL && may_lead(m, m->held.first))
    lead(m, m->held.first);
  if (m->held.first != NULL)
    hurry(m, m->held.first);
}

/* Few connections are enough from now on. */
static void share_connections(const multi *m) {
  if (m->most > ADMISSION_STREAMS)
    (void)curl_multi_setopt(m->reactor.handle, CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)(m->most + ADMISSION_STREAMS - 1) / ADMISSION_STREAMS);
}

/* As soon as the leader's connection stands, those behind it may start. */
static void note_connection(multi *m) {
  if (admission_note_connection(&m->admission))
    share_connections(m);
}

/* A transfer that ended or was stopped leads no longer. If it could not connect, those behind it
 * cannot either. */
static void note_end(multi *m, const transfer *t, bool could_not_connect) {
  if (m->admission.leader != t)
    return;
  note_connection(m);
  m->admission.leader = NULL;
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
  if (code != CURLE_OK) {
    end(m, t, TRANSFER_FAILED, code);
  } else if (may_lead(m, t)) {
    lead(m, t);
  } else if (has_room(m, t)) {
    run(m, t);
  } else {
    hurry(m, t);
    transfer_move(t, &m->held);
    m->held_count++;
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
  return code != CURLE_OK && t->sends > 0 &&
         (!t->handle.shares || m->admission.version == VERSION_HTTP1);
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
    if (admission_note_response(&m->admission, t))
      share_connections(m);
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

int64_t multi_next_limit(const multi *m, const transfer *t) {
  bool has_connection = t->phase == PHASE_WAITING && m->admission.version == VERSION_HTTP2 &&
                        connection_peers_any_sent(&m->running);
  return time_limit_next(t, has_connection);
}

/* Over HTTP/1.x libcurl closes the connection of a request that ends without an answer. Over HTTP/2 others
 * may still wait for theirs there. */
static void leave_mute(multi *m, const transfer *t) {
  if (t->phase == PHASE_SENT && sockets_note_late(&m->sockets, t->local_port, t->answers_before) &&
      !connection_peers_any_with(&m->running, t))
    sockets_shut(&m->sockets, t->local_port);
}

void multi_end_late(multi *m, transfer *t, int64_t now) {
  bool is_own = time_limit_is_over(t, now);
  time_limit_end(t, connection_peers_opener(&m->running, t), now);
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
  admission_reset(&m->admission);
  if (!reactor_renew(&m->reactor))
    return false;
  set_connections(m);
  return true;
}

void multi_begin(multi *m) {
  (void)reactor_begin(&m->reactor);
  harvest(m);
}

bool multi_work(multi *m, int timeout_ms, bool all) {
  m->admission.openings = 0;
  m->reactor.is_hurried = false;
  bool is_alone = all && m->running_count == 1;
  bool no_signal =
      (is_alone && reactor_begin(&m->reactor)) || reactor_work(&m->reactor, timeout_ms, all);
  harvest(m);
  return no_signal;
}
