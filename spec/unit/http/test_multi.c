#include "multi.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "server.h"
#include "transfer_request.h"

static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

static settings options = {.timeout_ms = 5000,
                           .connect_timeout_ms = 5000,
                           .response_limit = 1000,
                           .http_version = CURL_HTTP_VERSION_1_1};
static server remote;

/* A multi is not moved once it is open, so it is filled in place. */
static void open_with(multi *m, int most) {
  server_open(&remote);
  multi_init(m);
  need(multi_open(m, &options, most), "libcurl");
}

static void close_all(multi *m) {
  multi_close(m);
  server_close(&remote);
}

static transfer *prepared(multi *m, const char *method) {
  transfer *t = transfer_new(&options, &m->sockets);
  const transfer_request request = {
      .method = method, .url = server_url(&remote, "/x"), .timeout_ms = 5000};
  need(t != NULL && transfer_prepare(t, &request) == CURLE_OK, "a transfer");
  return t;
}

/* Works until the server has a request, or an attempt has ended; ends after 10 s in any case. */
static peer *request(multi *m) {
  int64_t end = monotonic_ms() + 10000;
  peer *p = NULL;
  while (p == NULL && m->ended.first == NULL && monotonic_ms() < end) {
    need(multi_work(m, 1, true), "to work");
    server_turn(&remote);
    p = server_request(&remote);
  }
  return p;
}

static transfer *ended(multi *m) {
  int64_t end = monotonic_ms() + 10000;
  while (m->ended.first == NULL && monotonic_ms() < end)
    need(multi_work(m, 10, true), "to work");
  return m->ended.first;
}

static void answer(multi *m, const char *text) {
  peer *p = request(m);
  need(p != NULL, "a request");
  server_send(p, text);
}

static void attempts(void) {
  multi m;
  open_with(&m, 4);
  transfer *t = prepared(&m, "GET");
  test("an attempt runs until its answer is whole, and is then among the ended");
  multi_start(&m, t, 5000);
  CHECK(t->state == TRANSFER_RUNNING && t->list == &m.running);
  CHECK_INT(1, m.running_count);
  answer(&m, ANSWER);
  CHECK(ended(&m) == t && t->list == &m.ended);
  CHECK_INT(1, m.running_count);
  CHECK_INT(TRANSFER_ANSWERED, t->failure);
  CHECK_INT(200, transfer_status(t));
  CHECK(t->response.body.length == 2 && memcmp(t->response.body.data, "{}", 2) == 0);
  multi_stop(&m, t);
  CHECK(m.running_count == 0 && t->list == NULL);

  test("the next attempt uses the same connection");
  multi_start(&m, t, 5000);
  answer(&m, ANSWER);
  CHECK(ended(&m) == t);
  CHECK_INT(1, remote.count);
  multi_stop(&m, t);

  test("an attempt is stopped in the middle");
  multi_start(&m, t, 5000);
  CHECK(request(&m) != NULL);
  multi_stop(&m, t);
  CHECK(m.running_count == 0 && m.running.first == NULL && m.ended.first == NULL);

  transfer_free(t);
  close_all(&m);
  CHECK(!multi_is_open(&m));
}

static void broken_answers(void) {
  static const struct {
    const char *bytes;
    transfer_failure failure;
    long status;
  } answers[] = {{"", TRANSFER_FAILED, 0},
                 {"HTTP/1.1 200 OK\r\nContent-Le", TRANSFER_CUT_OFF, 0},
                 {"HTTP/1.1 100 Continue\r\n\r\n", TRANSFER_FAILED, 0},
                 {"HTTP/nue\r\n\r\n", TRANSFER_FAILED, 0},
                 {"HTTP/1.1 2\r\nContent-Length: 2\r\n\r\n{}", TRANSFER_FAILED, 0},
                 {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", TRANSFER_FAILED, 0},
                 {"HTTP/1.1 200 OK\r\n\r\n{}", TRANSFER_ANSWERED, 200}};
  multi m;
  open_with(&m, 4);
  test("an answer that the connection's end cuts off has no status");
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    transfer *t = prepared(&m, "DELETE");
    multi_start(&m, t, 5000);
    peer *p = request(&m);
    need(p != NULL, "a request");
    server_send(p, answers[i].bytes);
    server_hang_up(p);
    CHECK(ended(&m) == t);
    CHECK_INT(answers[i].failure, t->failure);
    CHECK_INT(answers[i].status, transfer_status(t));
    CHECK_INT(1, t->sends);
    multi_stop(&m, t);
    transfer_free(t);
  }
  close_all(&m);
}

static void too_large(void) {
  static char big[2000] = "HTTP/1.1 200 OK\r\nContent-Length: 1500\r\n\r\n";
  multi m;
  open_with(&m, 4);
  size_t head = strlen(big);
  memset(big + head, 'x', 1500);
  test("an answer above the limit ends as too large");
  transfer *t = prepared(&m, "GET");
  multi_start(&m, t, 5000);
  answer(&m, big);
  CHECK(ended(&m) == t);
  CHECK_INT(TRANSFER_TOO_LARGE, t->failure);
  multi_stop(&m, t);

  test("an answer for which there is no memory ends so");
  transfer *other = prepared(&m, "GET");
  multi_start(&m, other, 5000);
  answer(&m, ANSWER);
  memory_ends_after(0);
  transfer *found = ended(&m);
  memory_is_back();
  CHECK(found == other);
  CHECK_INT(TRANSFER_NO_MEMORY, other->failure);
  multi_stop(&m, other);
  transfer_free(t);
  transfer_free(other);
  close_all(&m);
}

static void leftovers(void) {
  multi m;
  open_with(&m, 4);
  transfer *t = prepared(&m, "DELETE");
  test("what came after an answer is not taken for the next one: that goes on a new connection");
  multi_start(&m, t, 5000);
  answer(&m, ANSWER);
  CHECK(ended(&m) == t);
  multi_stop(&m, t);
  server_send(&remote.peers[0], "HTTP/1.1 204 No Content\r\n\r\n");

  multi_start(&m, t, 5000);
  peer *p = request(&m);
  CHECK(p == &remote.peers[1]);
  if (p != NULL)
    server_send(p, "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n");
  CHECK(ended(&m) == t);
  CHECK_INT(409, transfer_status(t));
  CHECK_INT(1, t->sends);
  multi_stop(&m, t);
  transfer_free(t);
  close_all(&m);
}

static void failed_starts(void) {
  multi m;
  open_with(&m, 4);
  test("an attempt that cannot be started is among the ended at once");
  transfer *t = prepared(&m, "GET");
  need(curl_multi_add_handle(m.reactor.handle, t->easy) == CURLM_OK, "a handle that is in use");
  multi_start(&m, t, 5000);
  CHECK(m.ended.first == t && m.running_count == 1);
  CHECK_INT(TRANSFER_FAILED, t->failure);
  CHECK_INT(CURLE_OUT_OF_MEMORY, t->code);
  CHECK_INT(0, t->sends);
  multi_stop(&m, t);
  need(curl_multi_remove_handle(m.reactor.handle, t->easy) == CURLM_OK, "to take it out");

  test("a port at which there is no server fails");
  server_close(&remote);
  multi_start(&m, t, 5000);
  CHECK(ended(&m) == t);
  CHECK_INT(CURLE_COULDNT_CONNECT, t->code);
  CHECK_INT(0, t->sends);
  multi_stop(&m, t);
  transfer_free(t);
  server_open(&remote);
  close_all(&m);
}

/* As if its connection could be shared, without TLS to tell the version. */
static transfer *sharing(multi *m) {
  transfer *t = prepared(m, "GET");
  t->handle.shares = true;
  return t;
}

static void first_connection(void) {
  multi m;
  transfer *all[3];
  open_with(&m, 500);
  test("while the version is not known, one request goes ahead");
  for (int i = 0; i < 3; i++)
    multi_start(&m, all[i] = sharing(&m), 5000);
  CHECK(m.admission.leader == all[0] && m.held.first == all[1] && m.held.last == all[2]);
  CHECK(m.running_count == 3 && m.held_count == 2);
  CHECK(all[2]->state == TRANSFER_RUNNING && all[2]->attempts == 1);
  test("as soon as its connection stands, those behind it start");
  peer *p = request(&m);
  need(p != NULL, "a request");
  CHECK(m.admission.leader == NULL && m.held_count == 0 && m.admission.version == VERSION_UNTOLD);
  test("the first response shows the version where TLS does not");
  server_send(p, ANSWER);
  CHECK(ended(&m) != NULL && m.admission.version == VERSION_HTTP1);
  for (int i = 0; i < 3; i++) {
    multi_stop(&m, all[i]);
    transfer_free(all[i]);
  }
  CHECK_INT(0, m.running_count);
  close_all(&m);
}

static void first_failure(void) {
  multi m;
  transfer *all[3];
  open_with(&m, 500);
  server_close(&remote); /* the port refuses from now on */
  test("its failure to connect is that of those behind it");
  for (int i = 0; i < 3; i++)
    multi_start(&m, all[i] = sharing(&m), 5000);
  (void)ended(&m);
  for (int i = 0; i < 3; i++) {
    CHECK(all[i]->list == &m.ended);
    CHECK(all[i]->code == CURLE_COULDNT_CONNECT && all[i]->sends == 0);
    CHECK_TEXT(all[0]->message, all[i]->message);
    multi_stop(&m, all[i]);
  }
  test("if it is stopped, the next one goes ahead");
  for (int i = 0; i < 3; i++)
    multi_start(&m, all[i], 5000);
  multi_stop(&m, all[0]);
  CHECK(m.admission.leader == all[1] && m.held.first == all[2] && m.running_count == 2);
  test("if its own time is over, too");
  all[1]->limits.ends = monotonic_ms();
  multi_end_late(&m, all[1], monotonic_ms());
  CHECK(m.admission.leader == all[2] && m.held_count == 0);
  for (int i = 1; i < 3; i++)
    multi_stop(&m, all[i]);
  for (int i = 0; i < 3; i++)
    transfer_free(all[i]);
  server_open(&remote);
  close_all(&m);
}

static void shared_advice(void) {
  static const char advice[] = "install ca-certificates";
  const settings without_authorities = {.timeout_ms = 5000,
                                        .connect_timeout_ms = 5000,
                                        .response_limit = 1000,
                                        .http_version = CURL_HTTP_VERSION_2TLS,
                                        .ca_file = (char[]){"/nonexistent.pem"}};
  enum { COUNT = 3 };
  multi m;
  transfer *all[COUNT];
  char url[64];
  server_open(&remote);
  multi_init(&m);
  need(multi_open(&m, &without_authorities, 500), "libcurl");
  (void)snprintf(url, sizeof url, "https%s", server_url(&remote, "/x") + strlen("http"));
  const transfer_request request = {.method = "GET", .url = url, .timeout_ms = 5000};
  test("a failure that several share has its advice once in each");
  for (int i = 0; i < COUNT; i++) {
    all[i] = transfer_new(&without_authorities, &m.sockets);
    need(all[i] != NULL && transfer_prepare(all[i], &request) == CURLE_OK, "a transfer");
    multi_start(&m, all[i], 5000);
  }
  CHECK_INT(COUNT - 1, m.held_count);
  (void)ended(&m);
  for (int i = 0; i < COUNT; i++) {
    CHECK(all[i]->list == &m.ended);
    CHECK_INT(CURLE_SSL_CACERT_BADFILE, all[i]->code);
    CHECK_TEXT(all[0]->message, all[i]->message);
    const char *first = strstr(all[i]->message, advice);
    CHECK(first != NULL && strstr(first + 1, advice) == NULL);
    multi_stop(&m, all[i]);
  }
  for (int i = 0; i < COUNT; i++)
    transfer_free(all[i]);
  close_all(&m);
}

static void closing(void) {
  multi m;
  open_with(&m, 4);
  transfer *t = prepared(&m, "GET");
  test("closing in the middle of an attempt leaves the transfer in its list");
  multi_start(&m, t, 5000);
  CHECK(request(&m) != NULL);
  multi_close(&m);
  CHECK(!multi_is_open(&m) && m.running.first == t && m.running_count == 0);
  transfer_unlink(t);
  test("closing twice is harmless");
  multi_close(&m);
  transfer_free(t);
  server_close(&remote);
}

static void forks(void) {
  multi m;
  open_with(&m, 4);
  transfer *t = prepared(&m, "GET");
  multi_start(&m, t, 5000);
  need(request(&m) != NULL, "a request");
  test("a forked child abandons the handle, and the parent's connection goes on");
  CHECK(!multi_is_foreign(&m));
  pid_t child = fork();
  need(child >= 0, "a child");
  if (child == 0) {
    bool foreign = multi_is_foreign(&m);
    multi_abandon(&m);
    end_child(foreign && !multi_is_open(&m));
  }
  int status = -1;
  need(waitpid(child, &status, 0) == child, "the child's end");
  CHECK_INT(0, status);
  answer(&m, ANSWER);
  CHECK(ended(&m) == t);
  CHECK_INT(200, transfer_status(t));
  multi_stop(&m, t);
  transfer_free(t);
  close_all(&m);
}

static void no_memory(void) {
  multi m;
  test("out of memory it does not open, and leaves nothing behind");
  multi_init(&m);
  memory_ends_after(0);
  CHECK(!multi_open(&m, &options, 4));
  memory_is_back();
  CHECK(!multi_is_open(&m) && m.reactor.poller == NULL);
}

static void openings(void) {
  enum { COUNT = 5 };
  multi m;
  transfer *all[COUNT];
  open_with(&m, 8);
  m.admission.most_openings = 2;
  test("a round begins as many connections as it may, and the next one goes on");
  for (int i = 0; i < COUNT; i++) {
    all[i] = prepared(&m, "GET");
    multi_start(&m, all[i], 5000);
  }
  CHECK(all[1]->list == &m.running && all[2]->list == &m.held);
  CHECK_INT(3, m.held_count);
  CHECK(m.reactor.is_hurried && reactor_next(&m.reactor) <= monotonic_ms());
  for (int left = 1; left >= 0; left--) {
    need(multi_work(&m, 0, false), "to work");
    CHECK_INT(left, m.held_count);
  }
  CHECK_INT(COUNT, m.running_count);

  test("one that is held can be stopped");
  multi_stop(&m, all[0]);
  transfer *extra[4];
  for (int i = 0; i < 4; i++) {
    extra[i] = prepared(&m, "GET");
    multi_start(&m, extra[i], 5000);
  }
  CHECK(extra[3]->list == &m.held);
  multi_stop(&m, extra[3]);
  CHECK(m.held_count >= 0 && extra[3]->list == NULL);
  for (int i = 0; i < 4; i++) {
    if (i < 3)
      multi_stop(&m, extra[i]);
    transfer_free(extra[i]);
  }
  for (int i = 0; i < COUNT; i++) {
    if (i > 0)
      multi_stop(&m, all[i]);
    transfer_free(all[i]);
  }
  CHECK_INT(0, m.running_count);
  CHECK_INT(0, m.held_count);
  close_all(&m);
}

void test_multi(void);
void test_multi(void) {
  attempts();
  broken_answers();
  too_large();
  leftovers();
  failed_starts();
  first_connection();
  first_failure();
  shared_advice();
  closing();
  forks();
  no_memory();
  openings();
}
