#include "waker.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

struct waker {
  pid_t process;   /* that has the thread */
  int set;         /* the watched descriptors and the bell; owned, as all descriptors here */
  int bell;        /* wakes the thread out of its wait */
  int listener;    /* -1 once it is closed */
  int peer;        /* where the bytes go; -1 before */
  char path[64];   /* of the listener; empty once it is removed */
  bool has_thread; /* it has to be joined */
  pthread_t thread;
  pthread_mutex_t lock; /* of the fields below */
  pthread_cond_t armed;
  bool is_armed, is_ending;
  int64_t deadline; /* in monotonic ms, while it is armed */
};

/* The thread. It calls neither Lua nor libcurl. */

/* Waits until it is armed. False when it has to end. */
static bool wait_for_order(waker *w, int64_t *deadline) {
  (void)pthread_mutex_lock(&w->lock);
  while (!w->is_armed && !w->is_ending)
    (void)pthread_cond_wait(&w->armed, &w->lock);
  *deadline = w->deadline;
  bool goes_on = !w->is_ending;
  (void)pthread_mutex_unlock(&w->lock);
  return goes_on;
}

/* Waits for a descriptor. False if only the bell was rung: then the order has changed. */
static bool wait_for_event(const waker *w, int64_t deadline) {
  struct epoll_event events[2];
  int64_t left = deadline - monotonic_ms();
  int count = epoll_wait(w->set, events, 2, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);
  uint64_t rings;
  bool is_rung = read(w->bell, &rings, sizeof rings) == sizeof rings;
  return !is_rung || count > 1;
}

static void send_byte(const waker *w) {
  /* If the buffer is full, the loop has bytes enough to read. */
  (void)send(w->peer, "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void *run(void *user) {
  waker *w = user;
  for (int64_t deadline = 0; wait_for_order(w, &deadline);) {
    if (!wait_for_event(w, deadline))
      continue;
    (void)pthread_mutex_lock(&w->lock);
    w->is_armed = false;
    (void)pthread_mutex_unlock(&w->lock);
    send_byte(w);
  }
  return NULL;
}

/* Signals are the program's: its own threads have to get them. */
static bool start_thread(waker *w) {
  sigset_t all, before;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  w->has_thread = pthread_create(&w->thread, NULL, run, w) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return w->has_thread;
}

static void end_thread(waker *w) {
  (void)pthread_mutex_lock(&w->lock);
  w->is_ending = true;
  (void)pthread_cond_signal(&w->armed);
  (void)pthread_mutex_unlock(&w->lock);
  (void)eventfd_write(w->bell, 1);
  (void)pthread_join(w->thread, NULL);
}

/* The socket. */

static void close_one(int *descriptor) {
  if (*descriptor >= 0)
    (void)close(*descriptor);
  *descriptor = -1;
}

static void remove_path(waker *w) {
  if (w->path[0] == '\0')
    return;
  (void)unlink(w->path);
  *strrchr(w->path, '/') = '\0';
  (void)rmdir(w->path);
  w->path[0] = '\0';
}

/* Makes a folder that no other user can enter, for not every system heeds a socket's own mode. */
static bool make_path(waker *w) {
  const char *root = getenv("TMPDIR");
  if (root == NULL || root[0] != '/')
    root = "/tmp";
  int length = snprintf(w->path, sizeof w->path, "%s/twilio-numbers.XXXXXX/s", root);
  if (length < 0 || (size_t)length >= sizeof w->path) {
    w->path[0] = '\0';
    return false;
  }
  w->path[length - 2] = '\0';
  bool is_made = mkdtemp(w->path) != NULL;
  if (is_made)
    w->path[length - 2] = '/';
  else
    w->path[0] = '\0';
  return is_made;
}

static bool listen_at_path(waker *w) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (!make_path(w))
    return false;
  memcpy(address.sun_path, w->path, strlen(w->path) + 1);
  w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return w->listener >= 0 &&
         bind(w->listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
         listen(w->listener, 1) == 0;
}

static bool is_of_this_process(int socket) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid == getpid();
}

static bool watch(const waker *w, int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  return epoll_ctl(w->set, EPOLL_CTL_ADD, descriptor, &event) == 0 || errno == EEXIST;
}

waker *waker_open(void) {
  waker *w = calloc(1, sizeof *w);
  if (w == NULL)
    return NULL;
  w->process = getpid();
  w->listener = w->peer = -1;
  (void)pthread_mutex_init(&w->lock, NULL);
  (void)pthread_cond_init(&w->armed, NULL);
  w->set = epoll_create1(EPOLL_CLOEXEC);
  w->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (w->set < 0 || w->bell < 0 || !watch(w, w->bell) || !listen_at_path(w)) {
    waker_close(w);
    return NULL;
  }
  return w;
}

const char *waker_path(const waker *w) {
  return w->path;
}

bool waker_accept(waker *w) {
  if (w->peer >= 0)
    return false;
  w->peer = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  close_one(&w->listener);
  remove_path(w);
  return w->peer >= 0 && is_of_this_process(w->peer) && start_thread(w);
}

bool waker_watch(waker *w, int descriptor) {
  return watch(w, descriptor);
}

void waker_arm(waker *w, int64_t ms) {
  int64_t deadline = monotonic_ms() + ms;
  (void)pthread_mutex_lock(&w->lock);
  bool is_earlier = w->is_armed && deadline < w->deadline;
  if (!w->is_armed || is_earlier)
    w->deadline = deadline;
  if (!w->is_armed)
    (void)pthread_cond_signal(&w->armed);
  w->is_armed = true;
  (void)pthread_mutex_unlock(&w->lock);
  if (is_earlier)
    (void)eventfd_write(w->bell, 1);
}

void waker_ring(const waker *w) {
  send_byte(w);
}

void waker_close(waker *w) {
  if (w == NULL)
    return;
  bool is_own = w->process == getpid();
  if (is_own && w->has_thread)
    end_thread(w);
  if (is_own) {
    remove_path(w);
    (void)pthread_cond_destroy(&w->armed);
    (void)pthread_mutex_destroy(&w->lock);
  }
  close_one(&w->peer);
  close_one(&w->listener);
  close_one(&w->bell);
  close_one(&w->set);
  free(w);
}
