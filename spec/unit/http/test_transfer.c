#include "transfer.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "transfer_list.h"
#include "transfer_request.h"

static settings options = {.timeout_ms = 1000, .connect_timeout_ms = 1000, .response_limit = 1000};
static sockets opened;

static transfer *prepared(const char *method, const char *body, secret *credentials) {
  transfer *t = transfer_new(&options, &opened);
  const transfer_request request = {.method = method,
                                    .url = "http://127.0.0.1:1/",
                                    .credentials = credentials,
                                    .body = body,
                                    .body_length = body != NULL ? strlen(body) : 0,
                                    .content_type = body != NULL ? "text/plain" : NULL,
                                    .timeout_ms = 1000};
  need(t != NULL && transfer_prepare(t, &request) == CURLE_OK, "a transfer");
  return t;
}

static void add_head(transfer *t, const char *line) {
  need(response_add_line(&t->response, line, strlen(line)) == BUFFER_OK, "a head");
}

static void methods(void) {
  static const struct {
    const char *method, *body;
    bool repeatable;
  } requests[] = {{"GET", NULL, true},   {"GET", "x", true},  {"DELETE", NULL, false},
                  {"POST", "x", false},  {"PUT", "x", false}, {"get", NULL, false},
                  {"DELETE", "x", false}};
  test("only a GET may be sent again whatever the server did with it");
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
    transfer *t = prepared(requests[i].method, requests[i].body, NULL);
    CHECK_INT(requests[i].repeatable, t->repeatable);
    transfer_free(t);
  }
}

static void ends(void) {
  transfer *t = prepared("DELETE", NULL, NULL);
  test("an attempt without a whole head is cut off, and has no status");
  CHECK_INT(CURLE_OK, transfer_begin(t, 1000));
  CHECK(t->state == TRANSFER_RUNNING && t->attempts == 1 && !t->ended);
  add_head(t, "HTTP/1.1 204 No Content\r\n");
  transfer_end(t, TRANSFER_ANSWERED, CURLE_OK);
  CHECK(t->ended);
  CHECK_INT(TRANSFER_CUT_OFF, t->failure);
  CHECK_INT(0, transfer_status(t));

  test("the next attempt forgets the last one");
  CHECK_INT(CURLE_OK, transfer_begin(t, 500));
  CHECK(t->attempts == 2 && !t->ended && t->failure == TRANSFER_ANSWERED);
  CHECK_INT(0, t->response.head.length);

  test("the failure that a callback found stays");
  t->failure = TRANSFER_TOO_LARGE;
  transfer_end(t, TRANSFER_FAILED, CURLE_WRITE_ERROR);
  CHECK_INT(TRANSFER_TOO_LARGE, t->failure);
  transfer_free(t);
}

static void refused_streams(void) {
  transfer *t = prepared("DELETE", NULL, NULL);
  test("a request whose stream was refused was not sent, and goes on another connection");
  CHECK_INT(CURLE_OK, transfer_begin(t, 1000));
  t->sends = 1;
  t->refused_stream.is_known = true;
  transfer_end(t, TRANSFER_FAILED, CURLE_HTTP2);
  CHECK_INT(TRANSFER_REFUSED_STREAM, t->failure);
  CHECK_INT(0, t->sends);
  CHECK_INT(CURLE_OK, transfer_begin(t, 1000));
  CHECK(t->handle.fresh_connection && !t->refused_stream.is_known);
  CHECK_INT(CURLE_OK, transfer_begin(t, 1000));
  CHECK(!t->handle.fresh_connection);

  test("a refusal after a response had begun does not make it unsent");
  t->sends = 1;
  t->refused_stream.is_known = true;
  add_head(t, "HTTP/2 204 \r\n");
  transfer_end(t, TRANSFER_FAILED, CURLE_HTTP2);
  CHECK_INT(TRANSFER_FAILED, t->failure);
  CHECK_INT(1, t->sends);
  test("nor does one of a request that was answered");
  CHECK_INT(CURLE_OK, transfer_begin(t, 1000));
  t->sends = 1;
  t->refused_stream.is_known = true;
  add_head(t, "HTTP/2 204 \r\n");
  add_head(t, "\r\n");
  transfer_end(t, TRANSFER_ANSWERED, CURLE_OK);
  CHECK_INT(TRANSFER_ANSWERED, t->failure);
  CHECK_INT(1, t->sends);
  transfer_free(t);
}

static void credentials(void) {
  secret *s = secret_new("a", "b");
  need(s != NULL, "memory");
  test("a finished transfer lets go of the credentials, but for a GET that may be requested again");
  transfer *get = prepared("GET", NULL, s), *change = prepared("DELETE", NULL, s);
  CHECK_INT(3, s->holders);
  transfer_finish(get);
  CHECK_INT(3, s->holders);
  transfer_finish(change);
  CHECK_INT(2, s->holders);
  test("so does one that is reset or detached");
  transfer_rest(get);
  CHECK(s->holders == 1 && get->state == TRANSFER_RESTING && get->attempts == 0);
  transfer *other = prepared("POST", "x", s);
  transfer_detach(other);
  CHECK(s->holders == 1 && other->engine == NULL && other->lines.content_type.data == NULL);
  transfer_free(get);
  transfer_free(change);
  transfer_free(other);
  secret_release(s);
}

static void pauses(void) {
  transfer *t = transfer_new_timer();
  need(t != NULL, "memory");
  test("a pause has neither a status nor a Retry-After");
  CHECK_INT(0, transfer_status(t));
  CHECK_INT(-1, transfer_retry_after(t));
  transfer_free(t);
  transfer_free(NULL);
}

static void no_memory(void) {
  test("out of memory there is no transfer");
  memory_ends_after(0);
  CHECK(transfer_new(&options, &opened) == NULL);
  CHECK(transfer_new_timer() == NULL);
  memory_is_back();

  test("an attempt does not begin if a held response cannot be kept");
  transfer *t = prepared("GET", NULL, NULL);
  add_head(t, "HTTP/1.1 200 OK\r\n");
  bool was_held = response_hold(&t->response);
  memory_ends_after(0);
  CHECK_INT(CURLE_OUT_OF_MEMORY, transfer_begin(t, 1000));
  memory_is_back();
  CHECK(t->response.head.length > 0);
  response_let_go(&t->response, was_held);
  transfer_free(t);
}

void test_transfer(void);
void test_transfer(void) {
  methods();
  ends();
  refused_streams();
  credentials();
  pauses();
  no_memory();
}
