#include "transfer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "easy_handle.h"
#include "failure.h"
#include "retry_after.h"
#include "time_limit.h"
#include "transfer_request.h"

transfer *transfer_new(const settings *s, sockets *open) {
  transfer *t = calloc(1, sizeof *t);
  if (t == NULL)
    return NULL;
  t->sockets = open;
  t->schedule.deadline = t->schedule.send_by = TIME_LIMIT_NONE;
  if (!parsed_url_open(&t->url) || easy_handle_open(t, s) != CURLE_OK) {
    transfer_free(t);
    return NULL;
  }
  t->response.body_limit = s->response_limit;
  t->value_limit = s->value_limit;
  t->lines.common = t->lines.extra = s->headers;
  t->connect_timeout_ms = s->connect_timeout_ms;
  t->may_share = s->http_version != CURL_HTTP_VERSION_1_1;
  t->proxy_exceptions = settings_proxy_exceptions(s);
  return t;
}

transfer *transfer_new_timer(void) {
  transfer *t = calloc(1, sizeof *t);
  if (t != NULL)
    t->is_pause = true;
  return t;
}

void transfer_distrust(transfer *t) {
  if (t->engine != NULL && t->sends > 0)
    sockets_spend(t->sockets, t->local_port);
}

CURLcode transfer_reconnect(transfer *t) {
  t->connection_is_stale = false;
  t->handle.fresh_connection = true;
  return curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

static bool forget_answer(transfer *t) {
  if (!response_forget(&t->response))
    return false;
  t->failure = TRANSFER_ANSWERED;
  t->code = CURLE_OK;
  t->sends = 0;
  t->phase = PHASE_WAITING;
  t->connection_is_stale = false;
  t->refused_stream = (refused_stream){0};
  t->ended = false;
  t->message[0] = '\0';
  return true;
}

CURLcode transfer_begin(transfer *t, long timeout_ms) {
  CURLcode code = CURLE_OK;
  t->attempts++;
  t->was_sent = t->was_sent || t->sends > 0;
  t->state = TRANSFER_RUNNING;
  time_limit_begin(t, timeout_ms, monotonic_ms());
  /* Before 8.9 libcurl does not report a refused stream on a reused connection. */
  bool fresh = t->refused_stream.is_known;
  if (t->handle.fresh_connection != fresh)
    code = curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, (long)fresh);
  t->handle.fresh_connection = fresh;
  if (!forget_answer(t))
    return CURLE_OUT_OF_MEMORY;
  return code == CURLE_OK ? multipart_begin(&t->multipart) : code;
}

void transfer_end(transfer *t, transfer_failure failure, CURLcode code) {
  if (failure == TRANSFER_ANSWERED && !response_is_whole(&t->response)) {
    failure = TRANSFER_CUT_OFF;
    code = CURLE_RECV_ERROR;
  } else if (failure == TRANSFER_ANSWERED && t->response.status == 0) {
    failure = TRANSFER_FAILED;
    code = CURLE_WEIRD_SERVER_REPLY;
  }
  if (failure == TRANSFER_FAILED)
    failure = t->multipart.problem != NULL ? TRANSFER_UNREADABLE : failure_classify(t, code);
  /* If a callback aborted the transfer, it has set a more precise failure. */
  if (t->failure == TRANSFER_ANSWERED)
    t->failure = failure;
  if (t->failure != TRANSFER_ANSWERED && t->refused_stream.is_known &&
      t->response.head.length == 0) {
    t->failure = TRANSFER_REFUSED_STREAM;
    t->sends = 0;
  }
  t->code = code;
  t->ended = true;
}

void transfer_end_alike(transfer *t, const transfer *other) {
  memcpy(t->message, other->message, sizeof t->message);
  t->failure = other->failure;
  t->code = other->code;
  t->ended = true;
}

void transfer_finish(transfer *t) {
  t->state = TRANSFER_FINISHED;
  t->ended = true;
  bool may_be_repeated = t->repeatable && t->failure == TRANSFER_ANSWERED;
  if (!may_be_repeated)
    transfer_release_request(t);
}

void transfer_abandon(transfer *t) {
  t->easy = NULL;
  multipart_abandon(&t->multipart);
  t->lines.content_type.data = NULL;
}

void transfer_detach(transfer *t) {
  t->engine = NULL;
  transfer_release_request(t);
}

void transfer_rest(transfer *t) {
  transfer_release_request(t);
  response_let_go(&t->response, false);
  forget_answer(t);
  t->multipart = (multipart){0};
  t->state = TRANSFER_RESTING;
  t->attempts = 0;
  t->was_sent = false;
  t->schedule.verdict = RETRY_AGAIN;
  pacer_release(t->schedule.pacer);
  t->schedule.pacer = NULL;
}

void transfer_free(transfer *t) {
  if (t == NULL)
    return;
  transfer_release_request(t);
  pacer_release(t->schedule.pacer);
  curl_easy_cleanup(t->easy);
  parsed_url_close(&t->url);
  response_free(&t->response);
  free(t);
}

long transfer_status(const transfer *t) {
  long status = 0;
  if (t->easy != NULL && t->failure == TRANSFER_ANSWERED)
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int64_t transfer_retry_after(const transfer *t) {
  return t->easy == NULL ? -1 : retry_after_of(&t->response, (int64_t)time(NULL));
}
