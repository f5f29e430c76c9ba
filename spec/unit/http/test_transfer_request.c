#include "transfer_request.h"

#include <string.h>

#include "check.h"
#include "clock.h"
#include "engine.h"
#include "server.h"

static const retry_policy ONCE = {.attempts = 1, .deadline_ms = 120000};

static void open_engine(engine *e) {
  engine_open(e);
  e->settings.timeout_ms = e->settings.connect_timeout_ms = 10000;
  e->settings.response_limit = 10000;
  e->settings.http_version = CURL_HTTP_VERSION_1_1;
  engine_schedule(e, &ONCE, 2, 0, false);
}

static transfer *start(engine *e, const char *method, const char *url) {
  const char *why;
  transfer *t = engine_acquire(e, &why);
  const transfer_request request = {.method = method, .url = url, .timeout_ms = 10000};
  need(t != NULL && engine_start(e, t, &request) == CURLE_OK, "a request");
  return t;
}

static peer *asked(engine *e, server *remote) {
  peer *p = NULL;
  for (int64_t end = monotonic_ms() + 10000; p == NULL && monotonic_ms() < end;) {
    engine_step(e, 1);
    server_turn(remote);
    p = server_request(remote);
  }
  need(p != NULL, "to be asked");
  return p;
}

static void answer(engine *e, transfer *t, peer *p) {
  server_send(p, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  for (int64_t end = monotonic_ms() + 10000; engine_take(e) == NULL && monotonic_ms() < end;)
    engine_step(e, 10);
  CHECK_INT(200, transfer_status(t));
  engine_release(t);
}

/* The request's first line, as the server has received it; valid until the next call. */
static const char *first_line(const peer *p) {
  static char line[200];
  size_t length = strcspn(p->request, "\r");
  need(length < sizeof line, "room");
  memcpy(line, p->request, length);
  line[length] = '\0';
  return line;
}

static const char *line_of(engine *e, server *remote, const char *method, const char *url) {
  transfer *t = start(e, method, url);
  peer *p = asked(e, remote);
  const char *line = first_line(p);
  answer(e, t, p);
  return line;
}

static void targets(void) {
  static const struct {
    const char *method, *path, *line;
  } each[] = {{"GET", "/v1/A", "GET /v1/A HTTP/1.1"},
              {"GET", "/v1/B?x=1&y=%2b%2B", "GET /v1/B?x=1&y=%2b%2B HTTP/1.1"},
              {"DELETE", "/v1/C", "DELETE /v1/C HTTP/1.1"},
              {"GET", "/v1/%2B1617/%2b", "GET /v1/%2B1617/%2b HTTP/1.1"},
              {"GET", "/v1/D#E", "GET /v1/D HTTP/1.1"},
              {"GET", "/v1/F", "GET /v1/F HTTP/1.1"},
              {"DELETE", "/v1/G#H", "DELETE /v1/G HTTP/1.1"},
              {"GET", "", "GET / HTTP/1.1"},
              {"GET", "/v1/I", "GET /v1/I HTTP/1.1"},
              {"GET", "?x=1", "GET /?x=1 HTTP/1.1"},
              {"DELETE", "/v1/J/../K//./", "DELETE /v1/J/../K//./ HTTP/1.1"},
              {"GET", "/", "GET / HTTP/1.1"}};
  engine e;
  server first, second;
  open_engine(&e);
  server_open(&first);
  server_open(&second);
  test("what is asked for is what the URL says, whatever the last request of the handle was");
  for (size_t i = 0; i < sizeof each / sizeof *each; i++)
    CHECK_TEXT(each[i].line, line_of(&e, &first, each[i].method, server_url(&first, each[i].path)));
  test("at another host, too");
  for (int i = 0; i < 2; i++) {
    CHECK_TEXT("GET /v1/L HTTP/1.1", line_of(&e, &second, "GET", server_url(&second, "/v1/L")));
    CHECK_TEXT("GET /v1/M HTTP/1.1", line_of(&e, &first, "GET", server_url(&first, "/v1/M")));
  }
  CHECK_INT(1, e.resting_count);
  engine_close(&e);
  server_close(&first);
  server_close(&second);
}

static void repeated(void) {
  engine e;
  server remote;
  open_engine(&e);
  server_open(&remote);
  (void)line_of(&e, &remote, "GET", server_url(&remote, "/v1/A"));
  (void)line_of(&e, &remote, "GET", server_url(&remote, "/v1/B"));
  test("what libcurl repeats on another connection asks for the same");
  transfer *t = start(&e, "GET", server_url(&remote, "/v1/C"));
  peer *first = asked(&e, &remote);
  CHECK_TEXT("GET /v1/C HTTP/1.1", first_line(first));
  server_hang_up(first);
  peer *second = asked(&e, &remote);
  CHECK(second != first);
  CHECK_TEXT("GET /v1/C HTTP/1.1", first_line(second));
  CHECK_INT(2, t->sends);
  answer(&e, t, second);
  engine_close(&e);
  server_close(&remote);
}

void test_transfer_request(void) {
  targets();
  repeated();
}
