#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "failure.h"
#include "fuzz.h"

enum { PATIENCE_MS = 60000, IDLE_TURNS = 4, MANY_TURNS = 100000, BODY_LIMIT = 64 * 1024 };

/* For the server, which the tests in C have as well. */
void need(bool condition, const char *what) {
  fuzz_holds(condition, "server.c", 0, what);
}

void wire_open(wire *w, wire_kind kind) {
  static const retry_policy once = {.attempts = 1, .deadline_ms = PATIENCE_MS};
  *w = (wire){.kind = kind};
  server_open(&w->server);
  engine_open(&w->engine);
  settings *s = &w->engine.settings;
  s->timeout_ms = s->connect_timeout_ms = PATIENCE_MS;
  s->response_limit = BODY_LIMIT;
  s->http_version =
      kind == WIRE_HTTP2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1;
  s->proxy = strdup(kind == WIRE_PROXY ? server_url(&w->server, "") : "");
  HOLDS(s->proxy != NULL);
  bool tls = kind == WIRE_TLS || kind == WIRE_PROXY;
  (void)snprintf(w->url, sizeof w->url, "http%s://127.0.0.1:%d/", tls ? "s" : "", w->server.port);
  engine_schedule(&w->engine, &once, 1, 0, false);
  w->credentials = secret_new("user", "password");
  HOLDS(w->credentials != NULL);
}

void wire_close(wire *w) {
  engine_close(&w->engine);
  secret_release(w->credentials);
  server_close(&w->server);
}

int wire_answers(const uint8_t *bytes, size_t count, wire_answer *answers, int most) {
  uint8_t how = fuzz_byte(&bytes, &count);
  size_t piece = fuzz_byte(&bytes, &count);
  const char *at = (const char *)bytes, *end = at + count;
  int found = 0;
  while (found < most) {
    const char *stop = at != NULL ? memmem(at, (size_t)(end - at), "~~~~", 4) : NULL;
    size_t length = at == NULL ? 0 : (size_t)((stop != NULL ? stop : end) - at);
    wire_end ends = (wire_end)(how / (found == 0 ? 1 : 3) % 3);
    /* So many small pieces would only take time. */
    size_t size = length > 2000 ? 0 : piece % 64;
    answers[found++] = (wire_answer){at, length, size, ends};
    if (stop == NULL)
      break;
    at = stop + 4;
  }
  return found;
}

/* Whether a request over HTTP/2 has come whole: a frame HEADERS after the preface. */
static bool has_headers_frame(const peer *p) {
  const uint8_t *at = (const uint8_t *)p->request + 24,
                *end = (const uint8_t *)p->request + p->length;
  while (end - at >= 9) {
    size_t length = (size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2];
    if (at[3] == 1)
      return true;
    if ((size_t)(end - at) < length + 9)
      return false;
    at += length + 9;
  }
  return false;
}

/* Whether enough has come to answer; counts whole requests. */
static bool asks(wire *w, const peer *p) {
  if (p->socket < 0 || p->length == 0)
    return false;
  switch (w->kind) {
  case WIRE_HTTP1:
    if (strstr(p->request, "\r\n\r\n") == NULL)
      return false;
    w->requests++;
    w->deletes += strncmp(p->request, "DELETE ", 7) == 0;
    return true;
  case WIRE_HTTP2:
    if (!has_headers_frame(p))
      return false;
    w->requests++;
    return true;
  case WIRE_PROXY:
    HOLDS(memcmp(p->request, "CONNECT ", p->length < 8 ? p->length : 8) == 0);
    HOLDS(strstr(p->request, "Authorization") == NULL);
    return strstr(p->request, "\r\n\r\n") != NULL;
  case WIRE_TLS:
    break;
  }
  return true;
}

/* The part of the server that is answering. */
typedef struct reply {
  peer *to; /* NULL before there is a request */
  size_t sent;
  int idle; /* turns since the last byte */
  bool ended;
} reply;

static void hang_up(reply *r, wire_end end) {
  const struct linger at_once = {.l_onoff = 1};
  r->ended = true;
  if (r->to->socket < 0)
    return;
  if (end == WIRE_RST) {
    (void)setsockopt(r->to->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    server_hang_up(r->to);
  } else {
    (void)shutdown(r->to->socket, SHUT_WR);
  }
}

static void send_more(reply *r, const wire_answer *a) {
  size_t left = a->length - r->sent;
  if (a->piece != 0 && left > a->piece)
    left = a->piece;
  ssize_t count = left > 0 && r->to->socket >= 0
                      ? send(r->to->socket, a->bytes + r->sent, left, MSG_NOSIGNAL | MSG_DONTWAIT)
                      : 0;
  if (count > 0) {
    r->sent += (size_t)count;
    r->idle = 0;
  } else {
    r->idle++;
  }
  bool whole = r->sent == a->length;
  if (!r->ended && ((whole && a->end != WIRE_KEEP) || r->idle > IDLE_TURNS))
    hang_up(r, a->end);
}

static void serve(wire *w, reply *r, const wire_answer *a) {
  server_turn(&w->server);
  for (int i = 0; i < w->server.count; i++) {
    peer *p = &w->server.peers[i];
    if (p != r->to && asks(w, p))
      *r = (reply){.to = p};
  }
  if (r->to == NULL)
    return;
  r->to->length = 0; /* what comes from now on belongs to the same request */
  r->to->request[0] = '\0';
  send_more(r, a);
}

/* The last status in the bytes that could be that of an answer over HTTP/1, with the end of a head behind
 * it. An upper bound: what libcurl takes for an answer must be among these. */
static bool may_be_answered(const wire_answer *a, long status) {
  const char *end = a->bytes + a->length;
  for (const char *at = a->bytes; at != NULL && (at = memmem(at, (size_t)(end - at), "HTTP/", 5));
       at++) {
    const char *blank = memchr(at, ' ', (size_t)(end - at));
    char digits[4] = {0};
    while (blank != NULL && blank < end && *blank == ' ')
      blank++;
    if (blank == NULL || end - blank < 3)
      continue;
    memcpy(digits, blank, 3);
    bool ends = memmem(blank, (size_t)(end - blank), "\n\r\n", 3) != NULL ||
                memmem(blank, (size_t)(end - blank), "\n\n", 2) != NULL;
    if (ends && strtol(digits, NULL, 10) == status)
      return true;
  }
  return false;
}

/* Whether the frames say that the server has not read the first stream: RST_STREAM with REFUSED_STREAM, or
 * GOAWAY with no stream before it. */
static bool is_refused(const wire_answer *a) {
  const uint8_t *at = (const uint8_t *)a->bytes, *end = at + a->length;
  while (at != NULL && end - at >= 9) {
    size_t length = (size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2];
    if ((size_t)(end - at) < 9 + length)
      return false;
    const uint8_t *load = at + 9;
    if (at[3] == 3 && length == 4 && load[0] == 0 && load[1] == 0 && load[2] == 0 && load[3] == 7)
      return true;
    if (at[3] == 7 && length >= 8 && (load[0] & 0x7f) == 0 && load[1] == 0 && load[2] == 0 &&
        load[3] == 0)
      return true;
    at = load + length;
  }
  return false;
}

static void check(const wire *w, const transfer *t, const wire_answer *a, int asked_before) {
  long status = transfer_status(t);
  bool asked = w->requests > asked_before;
  HOLDS(t->ended && t->response.body.length <= BODY_LIMIT);
  HOLDS(transfer_retry_after(t) >= -1);
  HOLDS(failure_kind(t) != NULL && strlen(failure_message(t)) < CURL_ERROR_SIZE);
  HOLDS((status != 0) == (t->failure == TRANSFER_ANSWERED));
  HOLDS(status == 0 || (asked && t->sends > 0));
  if (w->kind == WIRE_TLS || w->kind == WIRE_PROXY)
    HOLDS(status == 0 && t->sends == 0);
  if (w->kind == WIRE_HTTP1) {
    HOLDS(status == 0 || may_be_answered(a, status));
    HOLDS(!asked || t->sends > 0);
  }
  if (w->kind == WIRE_HTTP2)
    HOLDS(!asked || t->sends > 0 || is_refused(a));
}

transfer *wire_exchange(wire *w, const char *method, const wire_answer *answer) {
  const char *why;
  reply r = {0};
  int asked_before = w->requests, deletes_before = w->deletes;
  transfer *t = engine_acquire(&w->engine, &why);
  need(t != NULL, why);
  const transfer_request request = {
      .method = method, .url = w->url, .credentials = w->credentials, .timeout_ms = PATIENCE_MS};
  need(engine_start(&w->engine, t, &request) == CURLE_OK, "a request");
  for (int turn = 0; t->state != TRANSFER_FINISHED; turn++) {
    HOLDS(turn < MANY_TURNS);
    engine_step(&w->engine, r.idle > 0 ? 1 : 0);
    serve(w, &r, answer);
  }
  HOLDS(engine_take_this(t));
  /* The rest of the bytes, which the next request on this connection may meet. */
  while (r.to != NULL && !r.ended && r.idle == 0 && r.sent < answer->length)
    send_more(&r, answer);
  check(w, t, answer, asked_before);
  HOLDS(w->deletes - deletes_before <= 1);
  return t;
}
