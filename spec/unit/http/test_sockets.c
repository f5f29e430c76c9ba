#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "server.h"

static server remote;

/* Opens one as libcurl would, and connects it. */
static curl_socket_t connected(sockets *s) {
  const struct curl_sockaddr address = {.family = AF_INET, .socktype = SOCK_STREAM};
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                           .sin_port = htons((uint16_t)remote.port)};
  curl_socket_t descriptor = sockets_open(s, &address);
  struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
  need(descriptor != CURL_SOCKET_BAD, "a socket");
  bool connects =
      connect(descriptor, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS;
  need(connects && poll(&ready, 1, -1) == 1 && ready.revents == POLLOUT, "a connection");
  server_turn(&remote);
  return descriptor;
}

static int port_of(curl_socket_t descriptor) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  need(getsockname(descriptor, (struct sockaddr *)&address, &length) == 0, "a port");
  return ntohs(address.sin_port);
}

/* Waits until something has arrived. */
static void await_bytes(curl_socket_t descriptor) {
  char byte;
  struct pollfd ready = {.fd = descriptor, .events = POLLIN};
  need(poll(&ready, 1, -1) == 1 && recv(descriptor, &byte, 1, MSG_PEEK) >= 0, "bytes");
}

static void opening(void) {
  sockets s = {0};
  const struct curl_sockaddr v4 = {.family = AF_INET, .socktype = SOCK_STREAM};
  const struct curl_sockaddr unknown = {.family = -1, .socktype = SOCK_STREAM};
  test("a socket is opened and is not inherited by programs that are started");
  curl_socket_t descriptor = sockets_open(&s, &v4);
  CHECK(descriptor >= 0 && s.count == 1);
  CHECK((fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
  test("it never blocks");
  CHECK((fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0);
  test("one that the system refuses is not kept");
  CHECK_INT(CURL_SOCKET_BAD, sockets_open(&s, &unknown));
  CHECK_INT(1, s.count);
  test("closing closes and forgets it");
  CHECK_INT(0, sockets_close(&s, descriptor));
  CHECK(s.count == 0 && fcntl(descriptor, F_GETFD) < 0);
  test("closing one that is not known says what close says");
  CHECK_INT(-1, sockets_close(&s, descriptor));
  sockets_free(&s);

  test("out of memory none is opened");
  memory_ends_after(0);
  CHECK_INT(CURL_SOCKET_BAD, sockets_open(&s, &v4));
  memory_is_back();
  sockets_free(&s);
}

static void many(void) {
  enum { COUNT = 20 };
  sockets s = {0};
  const struct curl_sockaddr v4 = {.family = AF_INET, .socktype = SOCK_STREAM};
  curl_socket_t all[COUNT];
  test("many are kept, and closed in any order");
  for (int i = 0; i < COUNT; i++)
    all[i] = sockets_open(&s, &v4);
  CHECK_INT(COUNT, s.count);
  for (int i = 0; i < COUNT; i++)
    CHECK_INT(0, sockets_close(&s, all[i * 7 % COUNT]));
  CHECK_INT(0, s.count);
  sockets_free(&s);
}

/* Opens one, and gives it a port at 127.0.0.HOST. */
static curl_socket_t bound(sockets *s, unsigned host, int port) {
  const struct curl_sockaddr v4 = {.family = AF_INET, .socktype = SOCK_STREAM};
  const struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host),
                                 .sin_port = htons((uint16_t)port)};
  curl_socket_t descriptor = sockets_open(s, &v4);
  need(descriptor >= 0 && bind(descriptor, (const struct sockaddr *)&at, sizeof at) == 0, "a port");
  return descriptor;
}

/* More than there are chains. */
static void ports(void) {
  enum { COUNT = 3 * SOCKET_CHAINS };
  sockets s = {0};
  curl_socket_t all[COUNT];
  int ports_of[COUNT];
  test("many are told apart by their ports");
  for (int i = 0; i < COUNT; i++)
    ports_of[i] = port_of(all[i] = bound(&s, 1, 0));
  CHECK(sockets_are_clean(&s, ports_of[0], NULL) && s.unknown == 0);
  for (int i = 0; i < COUNT; i++)
    for (int answers = 0; answers <= i; answers++)
      sockets_note_answer(&s, ports_of[i], false);
  for (int i = 0; i < COUNT; i++)
    CHECK_INT(i + 1, sockets_answers(&s, ports_of[i]));
  test("also while others are closed, in any order, and new ones come");
  curl_socket_t late = bound(&s, 1, 0);
  for (int i = 0; i < COUNT; i++) {
    int gone = i * 7 % COUNT, left = (i + 1) * 7 % COUNT;
    CHECK_INT(0, sockets_close(&s, all[gone]));
    CHECK_INT(0, sockets_answers(&s, ports_of[gone]));
    CHECK_INT(i + 1 < COUNT ? left + 1 : 0, sockets_answers(&s, ports_of[left]));
  }
  CHECK(s.count == 1 && s.unknown == 1);
  CHECK_INT(0, sockets_close(&s, late));
  CHECK(s.count == 0 && s.unknown == 0);

  test("two at the same port of different addresses are taken together");
  curl_socket_t first = bound(&s, 1, 0);
  int port = port_of(first);
  curl_socket_t second = bound(&s, 2, port);
  CHECK(sockets_are_clean(&s, port, NULL));
  sockets_note_answer(&s, port, false);
  CHECK_INT(2, sockets_answers(&s, port));
  CHECK(sockets_note_late(&s, port, 2) && !sockets_are_clean(&s, port, NULL));
  CHECK_INT(0, sockets_close(&s, first));
  CHECK(!sockets_are_clean(&s, port, NULL));
  CHECK_INT(0, sockets_close(&s, second));
  CHECK(sockets_are_clean(&s, port, NULL));
  sockets_free(&s);
}

static void cleanness(void) {
  sockets s = {0};
  CURL *easy = curl_easy_init();
  need(easy != NULL, "libcurl");
  curl_socket_t descriptor = connected(&s), other = connected(&s);
  int port = port_of(descriptor);
  peer *p = &remote.peers[remote.count - 2];

  test("bytes on a connection that had no answer yet are for its first request's answer");
  server_send(p, "SSH-2.0");
  await_bytes(descriptor);
  CHECK(sockets_are_clean(&s, port, easy));
  char bytes[16];
  need(recv(descriptor, bytes, sizeof bytes, 0) == 7, "the bytes");

  test("after an answer over HTTP/1.x a silent connection is clean");
  sockets_note_answer(&s, port, true);
  CHECK(sockets_are_clean(&s, port, easy));
  test("one with a single byte is not, however often it is asked");
  server_send(p, "H");
  await_bytes(descriptor);
  CHECK(!sockets_are_clean(&s, port, easy));
  CHECK(!sockets_are_clean(&s, port, easy));
  test("what waits on one does not concern the other");
  sockets_note_answer(&s, port_of(other), true);
  CHECK(sockets_are_clean(&s, port_of(other), easy));
  test("nor a port that no socket has");
  CHECK(sockets_are_clean(&s, 1, easy));
  need(recv(descriptor, bytes, sizeof bytes, 0) == 1, "the byte");
  CHECK(sockets_are_clean(&s, port, easy));

  test("one that brought what was no answer is not clean, though it is silent");
  sockets_spend(&s, port_of(other));
  CHECK(!sockets_are_clean(&s, port_of(other), easy));
  CHECK(sockets_are_clean(&s, port, easy));

  test("one that the other end has closed is not clean");
  server_hang_up(p);
  await_bytes(descriptor);
  CHECK(!sockets_are_clean(&s, port, easy));

  test("a closed one is forgotten: a new one with its port is clean");
  CHECK_INT(0, sockets_close(&s, descriptor));
  CHECK(sockets_are_clean(&s, port, easy));
  CHECK_INT(0, sockets_close(&s, other));
  sockets_free(&s);
  curl_easy_cleanup(easy);
}

static void muteness(void) {
  sockets s = {0};
  CURL *easy = curl_easy_init();
  need(easy != NULL, "libcurl");
  int port = port_of(connected(&s)), other = port_of(connected(&s));

  test("one on which an answer came since the late request was sent goes on");
  CHECK(sockets_are_clean(&s, port, easy) && sockets_are_clean(&s, other, easy));
  unsigned before = sockets_answers(&s, port);
  sockets_note_answer(&s, port, false);
  CHECK(!sockets_note_late(&s, port, before));
  CHECK(sockets_are_clean(&s, port, easy));
  test("one that brought none is not clean, and the other is");
  CHECK(sockets_note_late(&s, port, sockets_answers(&s, port)));
  CHECK(!sockets_are_clean(&s, port, easy));
  CHECK(sockets_are_clean(&s, other, easy));
  test("it is again when an answer comes");
  sockets_note_answer(&s, port, false);
  CHECK(sockets_are_clean(&s, port, easy));
  test("one that is shut has ended, and the other has not");
  sockets_shut(&s, port);
  char byte;
  CHECK_INT(0, recv(s.items[0].descriptor, &byte, 1, 0));
  CHECK(recv(s.items[1].descriptor, &byte, 1, 0) < 0 && errno == EAGAIN);
  test("one whose exchange failed is not clean, whether an answer came before or not");
  sockets_break(&s, other);
  CHECK(!sockets_are_clean(&s, other, easy));
  while (s.count > 0)
    CHECK_INT(0, sockets_close(&s, s.items[0].descriptor));
  sockets_free(&s);
  curl_easy_cleanup(easy);
}

static void without_port(void) {
  sockets s = {0};
  const struct curl_sockaddr local = {.family = AF_UNIX, .socktype = SOCK_STREAM};
  test("a socket that is not connected has no port and does not match one");
  curl_socket_t descriptor = sockets_open(&s, &local);
  need(descriptor >= 0, "a socket");
  sockets_note_answer(&s, 80, true);
  CHECK(!s.items[0].http1);
  test("a descriptor that is closed under it has none either");
  need(close(descriptor) == 0, "to close it");
  CHECK(sockets_are_clean(&s, 80, NULL));
  CHECK_INT(0, s.items[0].port);
  sockets_free(&s);
}

void test_sockets(void);
void test_sockets(void) {
  server_open(&remote);
  opening();
  many();
  ports();
  cleanness();
  muteness();
  without_port();
  server_close(&remote);
}
