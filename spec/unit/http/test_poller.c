/* The program http_tests has the poller of this system, http_tests_poll that of all others. */
#include "poller.h"

#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { MOST = 8 };

static int wait(poller *p, poller_event *events) {
  return poller_wait(p, events, MOST, 0);
}

static void send_byte(int socket) {
  need(send(socket, "x", 1, MSG_NOSIGNAL) == 1, "a byte");
}

static void readiness(poller *p) {
  poller_event events[MOST];
  int pair[2];
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair");
  test("a socket is ready to be read when something waits there");
  CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
  CHECK_INT(0, wait(p, events));
  send_byte(pair[1]);
  CHECK_INT(1, wait(p, events));
  CHECK(events[0].socket == pair[0] && events[0].ready == CURL_CSELECT_IN);

  test("it is watched for what was asked last");
  CHECK(poller_watch(p, pair[0], CURL_POLL_OUT, true));
  CHECK_INT(1, wait(p, events));
  CHECK_INT(CURL_CSELECT_OUT, events[0].ready);
  CHECK(poller_watch(p, pair[0], CURL_POLL_INOUT, true));
  CHECK_INT(1, wait(p, events));
  CHECK_INT(CURL_CSELECT_IN | CURL_CSELECT_OUT, events[0].ready);

  test("the other end's close is told");
  need(close(pair[1]) == 0, "to close it");
  CHECK_INT(1, wait(p, events));
  CHECK((events[0].ready & CURL_CSELECT_ERR) != 0);

  test("one that is not watched any more is not told, and may be closed already");
  CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
  CHECK_INT(0, wait(p, events));
  need(close(pair[0]) == 0, "to close it");
  CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
}

/* libcurl closes a socket and opens one of the same number without a word. */
static void reused_numbers(poller *p) {
  poller_event events[MOST];
  int pair[2], again[2];
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair");
  test("a number that was closed and opened again is watched, whether it is called known or new");
  CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
  need(close(pair[0]) == 0 && close(pair[1]) == 0, "to close them");
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, again) == 0 && again[0] == pair[0], "the same number");
  CHECK(poller_watch(p, again[0], CURL_POLL_IN, true));
  CHECK(poller_watch(p, again[0], CURL_POLL_IN, false));
  send_byte(again[1]);
  CHECK_INT(1, wait(p, events));
  CHECK(poller_watch(p, again[0], CURL_POLL_REMOVE, true));
  need(close(again[0]) == 0 && close(again[1]) == 0, "to close them");
}

/* libcurl removes and adds a kept connection's socket around each request. */
static void adopted(poller *p) {
  poller_event events[MOST];
  int pair[2], again[2];
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair");
  poller_adopt(p, pair[0]);
  test("an adopted socket is told of only while it is watched");
  CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
  CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
  send_byte(pair[1]);
  CHECK_INT(0, wait(p, events));
  CHECK_INT(0, wait(p, events));
  CHECK(poller_watch(p, pair[0], CURL_POLL_INOUT, false));
  CHECK_INT(1, wait(p, events));
  CHECK_INT(CURL_CSELECT_IN | CURL_CSELECT_OUT, events[0].ready);
  CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
  CHECK_INT(0, wait(p, events));

  test("flushed, its changes are seen from outside, where there is a descriptor");
  int descriptor = poller_descriptor(p);
  poller *outer = poller_open();
  need(outer != NULL, "another");
  if (descriptor >= 0) {
    CHECK(poller_watch(outer, descriptor, CURL_POLL_IN, false));
    CHECK_INT(0, wait(outer, events));
    CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
    poller_flush(p);
    CHECK_INT(1, wait(outer, events));
    CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
    CHECK_INT(0, wait(p, events));
    CHECK_INT(0, wait(outer, events));
  }
  poller_close(outer);

  test("one that was closed is forgotten, and its number may be another one's");
  CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
  poller_flush(p);
  CHECK(poller_watch(p, pair[0], CURL_POLL_REMOVE, true));
  poller_forget(p, pair[0]);
  need(close(pair[0]) == 0 && close(pair[1]) == 0, "to close them");
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, again) == 0 && again[0] == pair[0], "the same number");
  poller_adopt(p, again[0]);
  CHECK(poller_watch(p, again[0], CURL_POLL_IN, false));
  send_byte(again[1]);
  CHECK_INT(1, wait(p, events));
  CHECK(poller_watch(p, again[0], CURL_POLL_REMOVE, true));
  poller_forget(p, again[0]);
  need(close(again[0]) == 0 && close(again[1]) == 0, "to close them");
}

static void many(poller *p) {
  enum { PAIRS = 20 };
  poller_event events[MOST];
  int pairs[PAIRS][2];
  test("of many that are ready, as many are told as there is room for");
  for (int i = 0; i < PAIRS; i++) {
    need(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0, "a pair");
    CHECK(poller_watch(p, pairs[i][0], CURL_POLL_IN, false));
    send_byte(pairs[i][1]);
  }
  CHECK_INT(MOST, wait(p, events));
  for (int i = 0; i < PAIRS - 1; i++)
    CHECK(poller_watch(p, pairs[i][0], CURL_POLL_REMOVE, true));
  CHECK_INT(1, wait(p, events));
  CHECK_INT(pairs[PAIRS - 1][0], events[0].socket);
  CHECK(poller_watch(p, pairs[PAIRS - 1][0], CURL_POLL_REMOVE, true));
  for (int i = 0; i < PAIRS; i++)
    need(close(pairs[i][0]) == 0 && close(pairs[i][1]) == 0, "to close them");
}

static void descriptor(poller *p) {
  poller_event events[MOST];
  int descriptor = poller_descriptor(p), pair[2];
  test("its descriptor, if it has one, is ready when a socket is");
  if (descriptor < 0)
    return;
  poller *outer = poller_open();
  need(outer != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "another");
  CHECK(poller_watch(outer, descriptor, CURL_POLL_IN, false));
  CHECK(poller_watch(p, pair[0], CURL_POLL_IN, false));
  CHECK_INT(0, wait(outer, events));
  send_byte(pair[1]);
  CHECK_INT(1, wait(outer, events));
  poller_close(outer);
  need(close(pair[0]) == 0 && close(pair[1]) == 0, "to close them");
}

static void no_memory(void) {
  test("out of memory there is none");
  memory_ends_after(0);
  CHECK(poller_open() == NULL);
  memory_is_back();
  poller_close(NULL);

  test("out of memory, or of what the system gives, a socket is not watched");
  poller *p = poller_open();
  need(p != NULL, "a poller");
  memory_ends_after(0);
  CHECK(poller_descriptor(p) < 0 ? !poller_watch(p, 0, CURL_POLL_IN, false)
                                 : !poller_watch(p, -1, CURL_POLL_IN, false));
  memory_is_back();
  poller_close(p);
}

void test_poller(void);
void test_poller(void) {
  poller *p = poller_open();
  need(p != NULL, "a poller");
  readiness(p);
  reused_numbers(p);
  adopted(p);
  many(p);
  descriptor(p);
  poller_close(p);
  no_memory();
}
