#include "sigpipe.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static bool is_blocked(void) {
  sigset_t now;
  need(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0, "the mask");
  return sigismember(&now, SIGPIPE) == 1;
}

/* Writes as old versions of OpenSSL do, to a connection that was closed. */
static void write_to_closed(void) {
  int pair[2];
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && close(pair[1]) == 0, "a pair");
  CHECK(write(pair[0], "x", 1) < 0);
  need(close(pair[0]) == 0, "to close it");
}

void test_sigpipe(void);
void test_sigpipe(void) {
  sigpipe guard = {0};
  test("blocked, the signal is taken away, and the mask is as before");
  sigpipe_block(&guard);
  CHECK(is_blocked());
  write_to_closed();
  sigpipe_restore(&guard);
  CHECK(!is_blocked());

  test("from the beginning of a connection on it is blocked for the rest of the step");
  sigpipe_open(&guard);
  sigpipe_begin_connection(&guard);
  sigpipe_begin_connection(&guard);
  CHECK(is_blocked());
  write_to_closed();
  sigpipe_restore(&guard);
  CHECK(!is_blocked());

  test("outside a step it is not blocked, for nothing would end that");
  sigpipe_begin_connection(&guard);
  CHECK(!is_blocked());

  test("a program that has blocked it keeps the signal that came");
  sigset_t set, pending;
  need(sigemptyset(&set) == 0 && sigaddset(&set, SIGPIPE) == 0, "a set");
  need(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0, "the mask");
  sigpipe_block(&guard);
  write_to_closed();
  sigpipe_restore(&guard);
  CHECK(is_blocked());
  int number = 0;
  need(sigpending(&pending) == 0, "the signals");
  CHECK(sigismember(&pending, SIGPIPE) == 1);
  need(sigwait(&set, &number) == 0, "the signal");
  need(pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0, "the mask");
}
