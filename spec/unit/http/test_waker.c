/* The program http_tests has the waker of this system; http_tests_poll has none. */
#include "waker.h"

#include <dirent.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"

enum { LONG_MS = 60000 };

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  need(strlen(path) < sizeof address.sun_path, "a short path");
  memcpy(address.sun_path, path, strlen(path) + 1);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  need(client >= 0, "a socket");
  need(connect(client, (const struct sockaddr *)&address, sizeof address) == 0, "to connect");
  return client;
}

/* A waker whose bytes come to *client. */
static waker *connected(int *client) {
  waker *w = waker_open();
  need(w != NULL, "a waker");
  *client = connect_to(waker_path(w));
  need(waker_accept(w), "to accept");
  return w;
}

/* How many bytes came, after a wait for the first one. */
static int bytes_at(int client, int timeout_ms) {
  char bytes[64];
  struct pollfd entry = {.fd = client, .events = POLLIN};
  if (poll(&entry, 1, timeout_ms) <= 0)
    return 0;
  return (int)recv(client, bytes, sizeof bytes, MSG_DONTWAIT);
}

static void path(void) {
  char folder[128] = "";
  struct stat status;
  test("the path is in a folder that no other user can enter, and is removed once it was used");
  waker *w = waker_open();
  need(w != NULL && strlen(waker_path(w)) < sizeof folder, "a waker");
  memcpy(folder, waker_path(w), strlen(waker_path(w)) + 1);
  *strrchr(folder, '/') = '\0';
  CHECK(stat(folder, &status) == 0 && (status.st_mode & 0777) == 0700);
  int client = connect_to(waker_path(w));
  CHECK(waker_accept(w));
  CHECK(stat(folder, &status) != 0);
  CHECK(!waker_accept(w));
  waker_close(w);
  CHECK_INT(0, bytes_at(client, LONG_MS)); /* the end */
  need(close(client) == 0, "to close it");

  test("nothing is left of one that was never connected");
  w = waker_open();
  need(w != NULL, "a waker");
  memcpy(folder, waker_path(w), strlen(waker_path(w)) + 1);
  *strrchr(folder, '/') = '\0';
  CHECK(!waker_accept(w));
  waker_close(w);
  CHECK(stat(folder, &status) != 0);
}

static void other_process(void) {
  int go[2];
  test("a connection of another process is refused");
  waker *w = waker_open();
  need(w != NULL && pipe(go) == 0, "a waker");
  pid_t child = fork();
  if (child == 0) {
    char byte = '!';
    (void)connect_to(waker_path(w));
    bool told = write(go[1], &byte, 1) == 1;
    end_child(told && read(go[0], &byte, 0) == 0);
  }
  char byte;
  need(child > 0 && read(go[0], &byte, 1) == 1, "a child");
  CHECK(!waker_accept(w));
  CHECK_INT(child, waitpid(child, NULL, 0));
  waker_close(w);
  need(close(go[0]) == 0 && close(go[1]) == 0, "to close them");
}

static void waking(void) {
  int client, pair[2];
  waker *w = connected(&client);
  need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair");
  test("a byte comes when a watched descriptor is readable, once for each order");
  CHECK(waker_watch(w, pair[0]) && waker_watch(w, pair[0]));
  need(send(pair[1], "x", 1, 0) == 1, "a byte");
  CHECK_INT(0, bytes_at(client, 20));
  waker_arm(w, LONG_MS);
  CHECK_INT(1, bytes_at(client, LONG_MS));
  CHECK_INT(0, bytes_at(client, 20));
  waker_arm(w, LONG_MS);
  CHECK_INT(1, bytes_at(client, LONG_MS));

  test("one that was closed is watched no more, and what cannot be watched is told");
  need(close(pair[0]) == 0 && close(pair[1]) == 0, "to close them");
  int64_t began = monotonic_ms();
  waker_arm(w, 20);
  CHECK_INT(1, bytes_at(client, LONG_MS));
  CHECK(monotonic_ms() - began >= 15);
  CHECK(!waker_watch(w, -1));

  test("of several orders the earliest counts");
  waker_arm(w, LONG_MS);
  waker_arm(w, 10);
  waker_arm(w, LONG_MS);
  CHECK_INT(1, bytes_at(client, LONG_MS / 2));

  test("a byte comes at once when it is rung");
  waker_ring(w);
  CHECK_INT(1, bytes_at(client, LONG_MS));

  test("a loop that does not read blocks nothing");
  for (int i = 0; i < 100000; i++)
    waker_ring(w);
  waker_arm(w, 0);
  waker_close(w);
  need(close(client) == 0, "to close it");
}

/* How often threads of this process have waited, without the calling one. */
static long waits_of_others(void) {
  long sum = 0;
  char name[300], line[128];
  DIR *tasks = opendir("/proc/self/task");
  need(tasks != NULL, "the threads");
  for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
    if (task->d_name[0] == '.' || atol(task->d_name) == (long)getpid())
      continue;
    (void)snprintf(name, sizeof name, "/proc/self/task/%s/status", task->d_name);
    FILE *file = fopen(name, "r");
    need(file != NULL, "a thread's status");
    while (fgets(line, sizeof line, file) != NULL)
      if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
        sum += atol(line + 24);
    need(fclose(file) == 0, "to close it");
  }
  need(closedir(tasks) == 0, "to close it");
  return sum;
}

static void intervals(void) {
  enum { INTERVAL_MS = 250, ORDERS = 4, TRIES = 10 };
  int client;
  waker *w = connected(&client);
  test("orders that follow each other at nginx's interval wake the thread once each");
  long least = 2 * ORDERS;
  waker_arm(w, INTERVAL_MS);
  for (int i = 0; i < TRIES && least > ORDERS + 1; i++) {
    long before = waits_of_others();
    for (int k = 0; k < ORDERS; k++) {
      CHECK_INT(1, bytes_at(client, LONG_MS));
      waker_arm(w, INTERVAL_MS);
    }
    long waits = waits_of_others() - before;
    least = waits < least ? waits : least; /* more if this thread was late */
  }
  CHECK(least <= ORDERS + 1);
  waker_close(w);
  need(close(client) == 0, "to close it");
}

/* An epoll set, as an event loop has one. */
static int set_with(int descriptor) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  int set = epoll_create1(EPOLL_CLOEXEC);
  need(set >= 0, "a set");
  if (descriptor >= 0)
    need(epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0, "to watch it");
  return set;
}

static void host(void) {
  struct epoll_event event;
  int pair[2], other[2];
  waker *w = waker_open();
  need(w != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
           socketpair(AF_UNIX, SOCK_STREAM, 0, other) == 0,
       "sockets");
  int before = set_with(pair[0]), client = connect_to(waker_path(w));

  test("the loop's own set is the one that has the connection; other sets are left as they were");
  CHECK_INT(-1, waker_host(w));
  int set = set_with(client);
  CHECK_INT(set, waker_host(w));
  CHECK(waker_accept(w));
  CHECK_INT(-1, waker_host(w)); /* the path exists no more */
  waker_ring(w);
  CHECK(epoll_wait(set, &event, 1, LONG_MS) == 1 && epoll_wait(before, &event, 1, 0) == 0);
  CHECK_INT(1, bytes_at(client, LONG_MS));

  test("it is waited for a descriptor as long as the loop has nothing to do");
  int64_t began = monotonic_ms();
  CHECK(!waker_hold(set, other[0], 20) && monotonic_ms() - began >= 20);
  waker_ring(w);
  CHECK(!waker_hold(set, other[0], LONG_MS));
  need(write(other[1], "x", 1) == 1, "to write");
  CHECK(waker_hold(set, other[0], LONG_MS));
  CHECK_INT(1, bytes_at(client, LONG_MS));
  waker_close(w);
  const int all[] = {before, set, client, pair[0], pair[1], other[0], other[1]};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    need(close(all[i]) == 0, "to close it");
}

static void forked(void) {
  int client;
  waker *w = connected(&client);
  test("a forked child that closes it takes nothing from its parent");
  waker_arm(w, LONG_MS);
  pid_t child = fork();
  if (child == 0) {
    waker_close(w);
    end_child(true);
  }
  need(child > 0 && waitpid(child, NULL, 0) == child, "a child");
  CHECK_INT(0, bytes_at(client, 20));
  waker_arm(w, 1);
  CHECK_INT(1, bytes_at(client, LONG_MS));
  waker_close(w);
  need(close(client) == 0, "to close it");
}

void test_waker(void);
void test_waker(void) {
  test("out of memory there is none");
  memory_ends_after(0);
  CHECK(waker_open() == NULL);
  memory_is_back();
  waker_close(NULL);
  waker *w = waker_open();
  if (w == NULL) { /* with poll */
    CHECK(!waker_accept(w) && !waker_watch(w, 0) && waker_host(w) < 0 && !waker_hold(0, 0, 0));
    return;
  }
  waker_close(w);
  path();
  other_process();
  waking();
  intervals();
  host();
  forked();
}
