#include "multipart.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "engine.h"
#include "failure.h"
#include "server.h"

static const retry_policy POLICY = {
    .attempts = 3, .base_ms = 1, .cap_ms = 30000, .deadline_ms = 120000};

static const multipart_field FIELDS[] = {{"kind", "bill", 4}, {"name", "a\r\nb", 4}};

enum { LARGE = 64 * 1024 * 1024 }; /* more than sockets hold, above libcurl's limit for "Expect" */

static server remote;

static void open_all(engine *e) {
  server_open(&remote);
  engine_open(e);
  e->settings.timeout_ms = e->settings.connect_timeout_ms = 5000;
  e->settings.response_limit = 10000;
  e->settings.http_version = CURL_HTTP_VERSION_1_1;
  engine_schedule(e, &POLICY, 2, 0, false);
}

static void close_all(engine *e) {
  engine_close(e);
  server_close(&remote);
}

static transfer *acquire(engine *e) {
  const char *why;
  transfer *t = engine_acquire(e, &why);
  need(t != NULL, "a transfer");
  return t;
}

static multipart_content content_of(body_source *s) {
  return (multipart_content){.fields = FIELDS,
                             .count = 2,
                             .name = "File",
                             .file_name = "may \"1\".pdf",
                             .type = "application/pdf",
                             .source = s};
}

static CURLcode start_on(engine *e, transfer *t, body_source *s, long timeout_ms) {
  multipart_content content = content_of(s);
  const transfer_request request = {.method = "POST",
                                    .url = server_url(&remote, "/x"),
                                    .multipart = &content,
                                    .timeout_ms = timeout_ms};
  return engine_start(e, t, &request);
}

static transfer *start(engine *e, body_source *s) {
  transfer *t = acquire(e);
  need(start_on(e, t, s, 5000) == CURLE_OK, "a request");
  return t;
}

static peer *request(engine *e) {
  int64_t end = monotonic_ms() + 10000;
  peer *p = NULL;
  while (p == NULL && monotonic_ms() < end) {
    engine_step(e, 1);
    server_turn(&remote);
    p = server_request(&remote);
  }
  need(p != NULL, "a request");
  return p;
}

/* Until that is part of the request. */
static bool comes(engine *e, peer *p, const char *text) {
  int64_t end = monotonic_ms() + 10000;
  while (strstr(p->request, text) == NULL && p->socket >= 0 && monotonic_ms() < end) {
    engine_step(e, 1);
    server_turn(&remote);
  }
  return strstr(p->request, text) != NULL;
}

static transfer *take(engine *e) {
  int64_t end = monotonic_ms() + 10000;
  transfer *t = NULL;
  while ((t = engine_take(e)) == NULL && monotonic_ms() < end)
    engine_step(e, 100);
  return t;
}

static char path[] = "/tmp/multipart-XXXXXX";

static body_source *file_of(off_t size, int *descriptor) {
  const char *why;
  strcpy(path + sizeof path - 7, "XXXXXX");
  *descriptor = mkstemp(path);
  need(*descriptor >= 0 && ftruncate(*descriptor, size) == 0, "a file");
  body_source *s = source_of_file(path, &why);
  need(s != NULL && unlink(path) == 0, "a source");
  return s;
}

static void bodies(void) {
  engine e;
  open_all(&e);
  body_source *s = source_of_text("%PDF", 4);
  need(s != NULL, "memory");
  test("a body has its fields, then the source with its name and type, and tells its length");
  transfer *t = start(&e, s);
  CHECK_INT(2, s->holders);
  CHECK(!t->repeatable && !t->handle.shares);
  peer *p = request(&e);
  CHECK(strncmp(p->request, "POST /x HTTP/1.1\r\n", 18) == 0);
  CHECK(strstr(p->request, "\r\nContent-Type: multipart/form-data; boundary=") != NULL);
  CHECK(strstr(p->request, "\r\nContent-Length: ") != NULL);
  CHECK(strstr(p->request, "\r\nExpect:") == NULL);
  CHECK(comes(&e, p, "\r\n\r\n%PDF\r\n--"));
  CHECK(strstr(p->request, "form-data; name=\"kind\"\r\n\r\nbill\r\n--") != NULL);
  CHECK(strstr(p->request, "form-data; name=\"name\"\r\n\r\na\r\nb\r\n--") != NULL);
  CHECK(strstr(p->request, "form-data; name=\"File\"; filename=\"may ") != NULL);
  CHECK(strstr(p->request, "\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--") != NULL);
  CHECK(strstr(p->request, "filename=\"may \"") == NULL);
  CHECK_INT(4, t->multipart.offset);

  test("after a 429 it is sent again from its first byte");
  server_send(p, "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n");
  p = request(&e);
  CHECK(comes(&e, p, "\r\n\r\n%PDF\r\n--"));
  CHECK_INT(2, t->attempts);
  server_send(p, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  CHECK(take(&e) == t);
  CHECK_INT(201, transfer_status(t));
  CHECK(s->holders == 1 && t->multipart.mime == NULL);
  CHECK(t->multipart.offset == 4 && t->multipart.size == 4);

  test("a transfer that was given back is used again, with nothing of the body");
  engine_release(t);
  const transfer_request get = {
      .method = "GET", .url = server_url(&remote, "/y"), .timeout_ms = 5000};
  CHECK(acquire(&e) == t);
  CHECK_INT(CURLE_OK, engine_start(&e, t, &get));
  p = request(&e);
  CHECK(strncmp(p->request, "GET /y HTTP/1.1\r\n", 17) == 0);
  CHECK(strstr(p->request, "Content-") == NULL && strstr(p->request, "%PDF") == NULL);
  CHECK_INT(0, t->multipart.size);
  server_send(p, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(take(&e) == t);
  engine_release(t);

  test("nor is it sent again after a connection that broke");
  t = start(&e, s);
  p = request(&e);
  server_hang_up(p);
  CHECK(take(&e) == t);
  CHECK(t->attempts == 1 && t->sends == 1 && t->failure != TRANSFER_ANSWERED);
  CHECK_INT(RETRY_UNSAFE, t->schedule.verdict);
  engine_release(t);
  source_release(s);
  close_all(&e);
}

static void expectations(void) {
  engine e;
  open_all(&e);
  int descriptor;
  body_source *s = file_of(2 * 1024 * 1024, &descriptor);
  test("a server can refuse a large body before it is sent");
  transfer *t = start(&e, s);
  peer *p = request(&e);
  CHECK(strstr(p->request, "\r\nExpect: 100-continue\r\n") != NULL);
  server_send(p, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
  CHECK(take(&e) == t);
  CHECK_INT(401, transfer_status(t));
  CHECK_INT(0, t->multipart.offset);
  engine_release(t);

  test("one that does not know of that is sent no second request, and the outcome is open");
  t = start(&e, s);
  p = request(&e);
  server_send(p, "HTTP/1.1 417 What\r\nContent-Length: 0\r\n\r\n");
  CHECK(take(&e) == t);
  CHECK_INT(1, t->sends);
  CHECK_INT(0, t->multipart.offset);
  engine_release(t);
  source_release(s);
  (void)close(descriptor);
  close_all(&e);
}

/* Takes bytes as long as there are any, without answering. */
static void drain(engine *e, peer *p, const transfer *t) {
  static char bytes[1 << 16];
  int64_t end = monotonic_ms() + 20000;
  while (t->state == TRANSFER_RUNNING && monotonic_ms() < end) {
    ssize_t count;
    while ((count = recv(p->socket, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
      ;
    engine_step(e, 1);
  }
}

static void changes(void) {
  static const struct {
    off_t size;
    const char *problem;
  } cases[] = {{LARGE / 2, "it became shorter"}, {LARGE + 1, "it became longer"}};
  engine e;
  open_all(&e);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int descriptor;
    body_source *s = file_of(LARGE, &descriptor);
    test("a file that changes while it is sent never arrives whole");
    transfer *t = start(&e, s);
    peer *p = request(&e);
    server_send(p, "HTTP/1.1 100 Continue\r\n\r\n");
    while (t->multipart.offset == 0)
      engine_step(&e, 1);
    CHECK(t->multipart.offset < LARGE / 2);
    need(ftruncate(descriptor, cases[i].size) == 0, "another size");
    drain(&e, p, t);
    CHECK(take(&e) == t);
    CHECK_INT(TRANSFER_UNREADABLE, t->failure);
    CHECK_TEXT("file", failure_kind(t));
    CHECK_TEXT(cases[i].problem, failure_message(t));
    CHECK(t->multipart.offset < LARGE && t->sends == 1);
    CHECK_INT(RETRY_FINAL, t->schedule.verdict);
    engine_release(t);
    source_release(s);
    (void)close(descriptor);
  }

  test("of one that has changed before, nothing is sent");
  int descriptor;
  body_source *s = file_of(100, &descriptor);
  need(ftruncate(descriptor, 99) == 0, "another size");
  transfer *t = start(&e, s);
  CHECK(take(&e) == t);
  CHECK(t->failure == TRANSFER_UNREADABLE && t->sends == 0);
  engine_release(t);
  source_release(s);
  (void)close(descriptor);
  close_all(&e);
}

/* Starts a request with a limit of 1500 ms, and takes its bytes for 2500 ms. False if this process stood still for so
 * long that the limit may have been over. */
static bool take_slowly(engine *e, transfer *t, body_source *s) {
  static char bytes[1 << 16];
  need(start_on(e, t, s, 1500) == CURLE_OK, "a request");
  int64_t began = monotonic_ms(), last = began, longest = 0;
  peer *p = request(e);
  server_send(p, "HTTP/1.1 100 Continue\r\n\r\n");
  while (last - began < 2500 && t->state == TRANSFER_RUNNING) {
    for (int i = 0; i < 4; i++)
      (void)recv(p->socket, bytes, sizeof bytes, MSG_DONTWAIT);
    engine_step(e, 10);
    int64_t now = monotonic_ms();
    longest = now - last > longest ? now - last : longest;
    last = now;
  }
  return longest < 500;
}

static void limits(void) {
  engine e;
  open_all(&e);
  int descriptor;
  body_source *s = file_of(LARGE, &descriptor);
  transfer *t = acquire(&e);
  test("a time limit counts from the last bytes that were taken");
  for (int tries = 1; !take_slowly(&e, t, s) && tries < 20; tries++) {
    engine_release(t);
    close_all(&e);
    open_all(&e);
    t = acquire(&e);
  }
  CHECK_INT(TRANSFER_RUNNING, t->state);
  test("one that nothing takes any more ends, and says so");
  CHECK(take(&e) == t);
  CHECK_INT(TRANSFER_LATE, t->failure);
  CHECK(strstr(failure_message(t), " ms passed while sending the file") != NULL);
  engine_release(t);

  test("and not later than its deadline");
  multipart_content content = content_of(s);
  const int64_t deadline = 300;
  const transfer_request request_of = {.method = "POST",
                                       .url = server_url(&remote, "/x"),
                                       .multipart = &content,
                                       .deadline_ms = &deadline,
                                       .timeout_ms = 5000};
  t = acquire(&e);
  need(engine_start(&e, t, &request_of) == CURLE_OK, "a request");
  CHECK(take(&e) == t);
  CHECK(t->failure == TRANSFER_LATE && strstr(failure_message(t), "the deadline passed") != NULL);
  engine_release(t);
  source_release(s);
  (void)close(descriptor);
  close_all(&e);
}

static void endings(void) {
  engine e;
  open_all(&e);
  body_source *s = source_of_text("%PDF", 4);
  need(s != NULL, "memory");
  test("one that is cancelled, or whose engine is closed, lets go of its source");
  transfer *t = start(&e, s);
  engine_release(t);
  CHECK_INT(1, s->holders);
  t = start(&e, s);
  CHECK_INT(2, s->holders);
  close_all(&e);
  CHECK_INT(1, s->holders);
  engine_release(t);

  test("a forked child lets go of it, and leaves the parent's request alone");
  open_all(&e);
  t = start(&e, s);
  peer *p = request(&e);
  pid_t child = fork();
  if (child == 0) {
    engine_step(&e, 0);
    bool is_over = engine_take_this(t) && t->failure == TRANSFER_FORKED;
    engine_release(t);
    end_child(is_over && s->holders == 1);
  }
  int status = 1;
  need(child > 0 && waitpid(child, &status, 0) == child, "a child");
  CHECK_INT(0, status);
  CHECK(comes(&e, p, "\r\n\r\n%PDF\r\n--"));
  server_send(p, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  CHECK(take(&e) == t);
  CHECK_INT(201, transfer_status(t));
  engine_release(t);

  test("one that is refused lets go of its source");
  t = acquire(&e);
  multipart_content content = content_of(s);
  const transfer_request request_of = {
      .method = "POST", .url = "/x", .multipart = &content, .timeout_ms = 5000};
  CHECK_INT(CURLE_URL_MALFORMAT, engine_start(&e, t, &request_of));
  engine_release(t);
  CHECK_INT(1, s->holders);
  source_release(s);
  close_all(&e);
}

void test_multipart(void);
void test_multipart(void) {
  bodies();
  expectations();
  changes();
  limits();
  endings();
}
