#include "engine.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "server.h"

static const retry_policy POLICY = {
    .attempts = 3, .base_ms = 1, .cap_ms = 30000, .deadline_ms = 120000};

static server remote;

static void open_all(engine *e, const retry_policy *policy, bool observe) {
  server_open(&remote);
  engine_open(e);
  e->settings.timeout_ms = e->settings.connect_timeout_ms = 5000;
  e->settings.response_limit = 10000;
  e->settings.http_version = CURL_HTTP_VERSION_1_1;
  need(settings_add_header(&e->settings, "Accept-Encoding: gzip"), "memory");
  engine_schedule(e, policy, 2, 0, observe);
}

static void close_all(engine *e) {
  engine_close(e);
  server_close(&remote);
}

static transfer *start_with(engine *e, transfer_request request) {
  const char *why;
  transfer *t = engine_acquire(e, &why);
  need(t != NULL, "a transfer");
  request.url = server_url(&remote, "/x");
  if (request.timeout_ms == 0)
    request.timeout_ms = 5000;
  need(engine_start(e, t, &request) == CURLE_OK, "a request");
  return t;
}

static transfer *start(engine *e, const char *method) {
  return start_with(e, (transfer_request){.method = method});
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

static void answer(engine *e, const char *head) {
  peer *p = request(e);
  server_send(p, head);
}

static transfer *take(engine *e) {
  int64_t end = monotonic_ms() + 10000;
  transfer *t = NULL;
  while ((t = engine_take(e)) == NULL && monotonic_ms() < end)
    engine_step(e, 100);
  return t;
}

#define EMPTY "\r\nContent-Length: 0\r\n"

static void requests(void) {
  engine e;
  open_all(&e, &POLICY, false);
  secret *s = secret_new("user", "password");
  need(s != NULL, "memory");
  test("nothing is made before the first request");
  CHECK(!multi_is_open(&e.multi));
  CHECK_INT(-1, engine_descriptor(&e));
  CHECK_INT(ENGINE_NEVER, engine_timeout(&e));
  engine_step(&e, 0);

  test("a request has its method, its credentials, its body and the common lines");
  transfer *t = start_with(&e, (transfer_request){.method = "POST",
                                                  .credentials = s,
                                                  .body = "{}",
                                                  .body_length = 2,
                                                  .content_type = "application/json"});
  secret_release(s); /* the transfer holds it */
  CHECK(engine_timeout(&e) >= 0);
  peer *p = request(&e);
  CHECK(strncmp(p->request, "POST /x HTTP/1.1\r\n", 18) == 0);
  CHECK(strstr(p->request, "\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\n") != NULL);
  CHECK(strstr(p->request, "\r\nContent-Type: application/json\r\n") != NULL);
  CHECK(strstr(p->request, "\r\nAccept-Encoding: gzip\r\n") != NULL);
  CHECK(strstr(p->request, "\r\n\r\n{}") != NULL);
  CHECK(!engine_take_this(t));
  server_send(p, "HTTP/1.1 201 Created" EMPTY "\r\n");
  CHECK(take(&e) == t);
  CHECK(engine_take_this(t));
  CHECK_INT(201, transfer_status(t));

  test("a transfer that was given back is used again, with nothing of the request before");
  engine_release(t);
  CHECK(start(&e, "GET") == t);
  p = request(&e);
  CHECK(strncmp(p->request, "GET /x HTTP/1.1\r\n", 17) == 0);
  CHECK(strstr(p->request, "Authorization") == NULL && strstr(p->request, "Content-") == NULL);
  server_send(p, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  engine_release(t);
  close_all(&e);
}

static void safety(void) {
  static const struct {
    const char *method, *head;
    int attempts;
    retry_verdict verdict;
    long status;
  } cases[] = {
      {"GET", "HTTP/1.1 503 Busy" EMPTY "\r\n", 3, RETRY_ATTEMPTS, 503},
      {"DELETE", "HTTP/1.1 503 Busy" EMPTY "\r\n", 1, RETRY_UNSAFE, 503},
      {"DELETE", "HTTP/1.1 204 No Content\r\n\r\n", 1, RETRY_FINAL, 204},
      {"DELETE", "HTTP/1.1 404 Not Found" EMPTY "\r\n", 1, RETRY_FINAL, 404},
      {"DELETE", "HTTP/1.1 429 Slow" EMPTY "\r\n", 3, RETRY_ATTEMPTS, 429},
      {"GET", "HTTP/1.1 429 Slow" EMPTY "Retry-After: 31\r\n\r\n", 1, RETRY_AFTER_LONG, 429},
      {"GET", "HTTP/1.1 429 Slow" EMPTY "Retry-After: 0\r\n\r\n", 3, RETRY_ATTEMPTS, 429},
  };
  engine e;
  test("what may be tried again is, and a DELETE that may have been acted upon never");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    open_all(&e, &POLICY, false);
    transfer *t = start(&e, cases[i].method);
    for (int attempt = 0; attempt < cases[i].attempts; attempt++)
      answer(&e, cases[i].head);
    CHECK(take(&e) == t);
    CHECK_INT(cases[i].attempts, t->attempts);
    CHECK_INT(cases[i].verdict, t->schedule.verdict);
    CHECK_INT(cases[i].status, transfer_status(t));
    engine_release(t);
    close_all(&e);
  }
}

static void lost_answers(void) {
  engine e;
  test("a DELETE whose connection ends without an answer is sent once");
  open_all(&e, &POLICY, false);
  transfer *t = start(&e, "DELETE");
  server_hang_up(request(&e));
  CHECK(take(&e) == t);
  CHECK(t->attempts == 1 && t->sends == 1 && t->schedule.verdict == RETRY_UNSAFE);
  engine_release(t);
  close_all(&e);

  test("also on a connection that was used before, where libcurl would repeat it by itself");
  open_all(&e, &POLICY, false);
  t = start(&e, "GET");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  engine_release(t);
  t = start(&e, "DELETE");
  peer *p = request(&e);
  CHECK(p == &remote.peers[0]);
  server_hang_up(p);
  CHECK(take(&e) == t);
  CHECK(t->sends == 1 && transfer_status(t) == 0);
  CHECK_INT(RETRY_UNSAFE, t->schedule.verdict);
  CHECK(server_request(&remote) == NULL);
  engine_release(t);
  close_all(&e);

  test("a GET is repeated by libcurl there, which counts as an attempt");
  open_all(&e, &POLICY, false);
  t = start(&e, "GET");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  engine_release(t);
  t = start(&e, "GET");
  server_hang_up(request(&e));
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  CHECK(t->attempts == 2 && transfer_status(t) == 200);
  engine_release(t);
  close_all(&e);

  test("a time-out ends an attempt that is not answered");
  open_all(&e, &POLICY, false);
  t = start_with(&e, (transfer_request){.method = "DELETE", .timeout_ms = 20});
  CHECK(take(&e) == t);
  CHECK_INT(CURLE_OPERATION_TIMEDOUT, t->code);
  engine_release(t);
  close_all(&e);
}

static void side_by_side(void) {
  engine e;
  open_all(&e, &POLICY, false);
  transfer *t[4];
  test("no more are in flight than the user allows; the others wait");
  for (int i = 0; i < 4; i++)
    t[i] = start(&e, "GET");
  engine_load load = engine_get_load(&e);
  CHECK(load.most == 2 && load.window == 2 && load.in_flight == 2 && load.open == 4);
  CHECK_INT(2, engine_wanted(&e));

  test("one that waits and one that is in flight are given back");
  engine_release(t[3]);
  (void)request(&e);
  engine_release(t[0]);
  CHECK_INT(2, engine_get_load(&e).open);

  test("an allowance below that holds back what has not started");
  engine_allow(&e, 0);
  engine_step(&e, 0);
  CHECK_INT(1, engine_get_load(&e).in_flight);
  CHECK_INT(2, engine_wanted(&e));
  engine_allow(&e, 2);
  engine_step(&e, 0);
  CHECK_INT(2, engine_get_load(&e).in_flight);
  for (int i = 0; i < 2; i++)
    answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) != NULL && take(&e) != NULL && engine_take(&e) == NULL);

  test("more are kept for later use than are allowed in flight");
  engine_release(t[1]);
  engine_release(t[2]);
  CHECK(e.resting_count <= 2);
  close_all(&e);
}

static void useless_answers(void) {
  engine e;
  open_all(&e, &POLICY, false);
  test("an answer that is of no use is requested again, as often as the policy says");
  transfer *t = start(&e, "GET");
  CHECK(!engine_retry(t));
  for (int i = 1; i <= POLICY.attempts; i++) {
    answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
    CHECK(take(&e) == t);
    CHECK_INT(i < POLICY.attempts, engine_retry(t));
  }
  CHECK_INT(RETRY_ATTEMPTS, t->schedule.verdict);
  engine_release(t);

  test("not that of a DELETE");
  t = start(&e, "DELETE");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  CHECK(!engine_retry(t));
  CHECK_INT(RETRY_UNSAFE, t->schedule.verdict);
  engine_release(t);
  close_all(&e);
}

static void observation(void) {
  engine e;
  int what = 0;
  open_all(&e, &POLICY, true);
  test("an observer is told each attempt's start and end");
  transfer *t = start(&e, "GET");
  CHECK(engine_next_event(&e, &what) == t && what == EVENT_STARTED);
  answer(&e, "HTTP/1.1 503 Busy" EMPTY "\r\n");
  int64_t end = monotonic_ms() + 10000;
  while (engine_next_event(&e, &what) == NULL && monotonic_ms() < end)
    engine_step(&e, 100);
  CHECK_INT(EVENT_ENDED, what);
  CHECK(t->state == TRANSFER_WAITING && transfer_status(t) == 503);
  test("the events of one that is given back are not told");
  (void)request(&e);
  engine_release(t);
  CHECK(engine_next_event(&e, &what) == NULL);
  close_all(&e);
}

static void beginning(void) {
  engine e;
  open_all(&e, &POLICY, false);
  transfer *t = start(&e, "GET");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == t);
  engine_release(t);

  test("on a connection that stands, a request leaves as soon as it is begun");
  t = start(&e, "GET");
  CHECK(engine_begin(&e));
  peer *p = NULL;
  int64_t end = monotonic_ms() + 10000;
  while (p == NULL && monotonic_ms() < end) {
    server_turn(&remote);
    p = server_request(&remote);
  }
  need(p != NULL, "a request");

  test("to begin another one handles no answer, and starts none that waits for its turn");
  server_send(p, "HTTP/1.1 200 OK" EMPTY "\r\n");
  transfer *second = start(&e, "GET"), *third = start(&e, "GET");
  CHECK(engine_begin(&e));
  CHECK(engine_take(&e) == NULL && t->state == TRANSFER_RUNNING);
  CHECK(second->state == TRANSFER_RUNNING && third->state == TRANSFER_WAITING);
  CHECK(take(&e) == t);
  engine_release(t);
  engine_release(second);
  engine_release(third);

  test("what has finished already is told");
  engine_release(start(&e, "GET"));
  transfer *now = engine_sleep(&e, 0);
  engine_step(&e, 0);
  CHECK(!engine_begin(&e));
  CHECK(engine_take(&e) == now);
  CHECK(engine_begin(&e));
  engine_release(now);
  close_all(&e);
}

static void sleeping(void) {
  engine e;
  open_all(&e, &POLICY, false);
  test("a pause ends by itself and holds up no request");
  transfer *later = engine_sleep(&e, 3600 * 1000), *now = engine_sleep(&e, 0);
  CHECK(later != NULL && now != NULL);
  CHECK(engine_timeout(&e) == 0);
  CHECK(take(&e) == now);
  CHECK(engine_timeout(&e) > 3500 * 1000);
  CHECK(!engine_retry(now));
  engine_release(now);
  engine_release(later);
  CHECK_INT(0, engine_get_load(&e).open);
  test("without anything open a step does not wait");
  int64_t before = monotonic_ms();
  engine_step(&e, 60000);
  CHECK(monotonic_ms() - before < 10000);
  close_all(&e);
}

static void draining(void) {
  engine e;
  open_all(&e, &POLICY, false);
  test("draining lets what is in flight end and begins nothing");
  transfer *a = start(&e, "DELETE"), *b = start(&e, "DELETE"), *c = start(&e, "DELETE");
  engine_drain(&e, true);
  CHECK(engine_take(&e) == c);
  CHECK_INT(TRANSFER_DRAINED, c->failure);
  for (int i = 0; i < 2; i++)
    answer(&e, "HTTP/1.1 429 Slow" EMPTY "\r\n");
  CHECK(take(&e) != NULL && take(&e) != NULL);
  CHECK(a->attempts == 1 && b->attempts == 1);
  CHECK(a->schedule.verdict == RETRY_DRAINED && transfer_status(a) == 429);
  engine_release(a);
  engine_release(b);
  engine_release(c);
  close_all(&e);
}

static void closing(void) {
  engine e;
  const char *why;
  open_all(&e, &POLICY, true);
  test("closing finishes what runs and waits, and what is held can still be given back");
  transfer *all[4];
  for (int i = 0; i < 3; i++)
    all[i] = start(&e, "GET");
  all[3] = engine_sleep(&e, 3600 * 1000);
  need(all[3] != NULL, "a pause");
  (void)request(&e);
  engine_close(&e);
  for (int i = 0; i < 4; i++) {
    CHECK_INT(TRANSFER_ENGINE_CLOSED, all[i]->failure);
    CHECK(engine_take_this(all[i]) && !engine_retry(all[i]));
    engine_release(all[i]);
  }
  test("a closed engine makes nothing, works on nothing, and closes once");
  CHECK(engine_acquire(&e, &why) == NULL);
  CHECK_TEXT("the client was closed", why);
  CHECK(engine_sleep(&e, 0) == NULL);
  engine_step(&e, 1000);
  CHECK(engine_begin(&e));
  CHECK(engine_take(&e) == NULL);
  close_all(&e);
}

/* In the child: its transfers have failed, and the next request is made afresh. */
static bool starts_afresh(engine *e, transfer *running, transfer *waiting, transfer *taken) {
  engine_step(e, 0);
  bool failed = running->failure == TRANSFER_FORKED && waiting->failure == TRANSFER_FORKED;
  transfer *t = start(e, "GET");
  while (!engine_take_this(t)) {
    answer(e, "HTTP/1.1 200 OK" EMPTY "\r\n");
    engine_step(e, 100);
  }
  bool answered = transfer_status(t) == 200 && taken->failure == TRANSFER_ANSWERED;
  engine_release(t);
  engine_release(running);
  engine_release(waiting);
  engine_release(taken);
  engine_close(e);
  return failed && answered;
}

static void forks(void) {
  engine e;
  open_all(&e, &POLICY, false);
  transfer *taken = start(&e, "GET");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  need(take(&e) == taken, "an answer");
  transfer *running = start(&e, "GET"), *waiting = engine_sleep(&e, 3600 * 1000);
  need(waiting != NULL, "a pause");
  peer *p = request(&e);
  test("in a forked child all has failed that was under way, and requests are possible");
  pid_t child = fork();
  need(child >= 0, "a child");
  if (child == 0) {
    p->request[0] = '\0'; /* the parent answers that */
    p->length = 0;
    end_child(starts_afresh(&e, running, waiting, taken));
  }
  int status = -1;
  need(waitpid(child, &status, 0) == child, "the child's end");
  CHECK_INT(0, status);
  test("and in the parent it goes on");
  server_send(p, "HTTP/1.1 200 OK" EMPTY "\r\n");
  CHECK(take(&e) == running);
  CHECK_INT(200, transfer_status(running));
  engine_release(running);
  engine_release(waiting);
  engine_release(taken);
  close_all(&e);
}

static void no_memory(void) {
  const char *why;
  engine e;
  test("out of memory nothing is made, at whichever allocation, and nothing leaks");
  for (int i = 0; i < 2; i++) {
    open_all(&e, &POLICY, false);
    memory_ends_after(i);
    CHECK(engine_acquire(&e, &why) == NULL);
    CHECK(engine_sleep(&e, 0) == NULL);
    memory_is_back();
    CHECK(strstr(why, "memory") != NULL);
    close_all(&e);
  }
  test("also once libcurl is open");
  open_all(&e, &POLICY, false);
  transfer *t = engine_acquire(&e, &why);
  for (int i = 0; i < 2; i++) {
    memory_ends_after(i);
    CHECK(i > 0 || engine_acquire(&e, &why) == NULL);
    CHECK(engine_sleep(&e, 0) == NULL);
    memory_is_back();
  }
  CHECK_INT(0, engine_get_load(&e).open);
  test("a request that finds no memory is not sent");
  need(t != NULL, "a transfer");
  const transfer_request request = {.method = "POST",
                                    .url = server_url(&remote, "/x"),
                                    .content_type = "text/plain",
                                    .timeout_ms = 1000};
  for (int i = 0; i < 2; i++) {
    memory_ends_after(i);
    CHECK_INT(CURLE_OUT_OF_MEMORY, engine_start(&e, t, &request));
    memory_is_back();
    CHECK_INT(0, engine_get_load(&e).open);
    engine_release(t);
    t = engine_acquire(&e, &why);
  }
  engine_release(t);
  close_all(&e);
}

static void urls(void) {
  static const char *const wrong[] = {"",   "y",        "/y",     "//127.0.0.1/y",    "?y",
                                      "#y", "https://", "http:y", "ftp://127.0.0.1/y"};
  engine e;
  open_all(&e, &POLICY, false);
  transfer *t = start(&e, "GET");
  answer(&e, "HTTP/1.1 200 OK" EMPTY "\r\n");
  need(take(&e) == t, "an answer");
  engine_release(t);
  test("what is no absolute URL is refused, and not taken as relative to the request before");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const transfer_request request = {.method = "DELETE", .url = wrong[i], .timeout_ms = 1000};
    const char *why;
    transfer *again = engine_acquire(&e, &why);
    CHECK(again == t);
    CHECK_INT(CURLE_URL_MALFORMAT, engine_start(&e, again, &request));
    CHECK_INT(0, engine_get_load(&e).open);
    engine_release(again);
  }
  close_all(&e);
}

void test_engine(void);
void test_engine(void) {
  requests();
  urls();
  safety();
  lost_answers();
  side_by_side();
  useless_answers();
  observation();
  beginning();
  sleeping();
  draining();
  closing();
  forks();
  no_memory();
}
