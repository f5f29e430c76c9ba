#include "time_limit.h"

#include <stdio.h>
#include <string.h>

static int64_t earlier(int64_t a, int64_t b) {
  return a < b ? a : b;
}

int64_t time_limit_after(int64_t now, int64_t ms) {
  return ms > TIME_LIMIT_NONE - now ? TIME_LIMIT_NONE : now + ms;
}

int64_t time_limit_of_sending(const transfer *t) {
  return earlier(t->schedule.deadline, t->schedule.send_by);
}

void time_limit_begin(transfer *t, long timeout_ms, int64_t now) {
  t->limits.began = now;
  t->limits.connect_by = now + t->connect_timeout_ms;
  /* The time that is left was computed from an earlier reading of the clock. */
  t->limits.ends = earlier(now + timeout_ms, t->schedule.deadline);
}

/* Bytes that libcurl takes from a file show that the server takes them, too: the limit counts from the last
 * ones. */
static int64_t end_of_sent(const transfer *t) {
  int64_t ends = t->limits.ends;
  if (t->multipart.read_at == 0)
    return ends;
  int64_t later = earlier(t->multipart.read_at + t->timeout_ms, t->schedule.deadline);
  return later > ends ? later : ends;
}

int64_t time_limit_next(const transfer *t, bool has_connection) {
  if (t->phase == PHASE_SENT)
    return end_of_sent(t);
  int64_t next = earlier(t->limits.ends, time_limit_of_sending(t));
  return has_connection ? next : earlier(next, t->limits.connect_by);
}

bool time_limit_is_over(const transfer *t, int64_t now) {
  return now >= earlier(t->limits.ends, time_limit_of_sending(t));
}

/* libcurl 7.88 knows its own port as soon as TCP is connected, 8.14 only after TLS. Where a proxy may come next, it is not known
 * whether TLS has begun. */
static bool is_in_tls(const transfer *t) {
  long port = 0;
  bool may_use_proxy = t->proxy_exceptions == NULL || strcmp(t->proxy_exceptions, "*") != 0;
  (void)curl_easy_getinfo(t->easy, CURLINFO_LOCAL_PORT, &port);
  return port > 0 && !t->is_plain && !may_use_proxy;
}

static const char *name_of_phase(const transfer *t) {
  switch (t->phase) {
  case PHASE_RESOLVING:
    return "while resolving the name";
  case PHASE_CONNECTING:
    return is_in_tls(t) ? "in the TLS handshake" : "while connecting";
  case PHASE_SENT:
    if (t->multipart.offset < t->multipart.size && !response_is_whole(&t->response))
      return "while sending the file";
    return t->response.head.length > 0 ? "while receiving the answer"
                                       : "while waiting for the answer";
  case PHASE_WAITING:
    break;
  }
  return "while waiting for a connection";
}

/* Whether the limit is a deadline that the message can name as such. If it is the timeout of an only attempt,
 * its milliseconds tell more. */
static bool is_deadline(const transfer *t, int64_t limit) {
  bool is_timeout = t->schedule.is_deadline_timeout && t->attempts <= 1;
  return limit == t->schedule.send_by || (limit == t->schedule.deadline && !is_timeout);
}

static void end(transfer *t, const char *phase, int64_t began, int64_t limit) {
  t->failure = TRANSFER_LATE;
  if (is_deadline(t, limit))
    (void)snprintf(t->message, sizeof t->message, "the deadline passed %s", phase);
  else
    (void)snprintf(t->message, sizeof t->message, "%lld ms passed %s", (long long)(limit - began),
                   phase);
}

void time_limit_end(transfer *t, const transfer *opener, int64_t now) {
  int64_t limit = earlier(now, time_limit_next(t, false));
  int64_t began = limit == t->schedule.deadline ? t->schedule.began : t->limits.began;
  end(t, name_of_phase(opener), began, limit);
}

void time_limit_end_waiting(transfer *t) {
  end(t, "while waiting for its turn", t->schedule.began, time_limit_of_sending(t));
}
