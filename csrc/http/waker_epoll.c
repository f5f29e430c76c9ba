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

static const uint32_t BELL = UINT32_MAX; /* in the place of an index into `watched` */

typedef struct watched {
  int descriptor;
  bool is_silent; /* it was ready, and is not looked at until it is armed again */
} watched;

struct waker {
  pid_t process;   /* that has the thread */
  int set;         /* what is watched, and the bell; owned, as all descriptors here */
  int bell;        /* wakes the thread out of its wait */
  int listener;    /* -1 once it is closed */
  int peer;        /* where the bytes go; -1 before */
  char path[64];   /* of the listener; empty once it is removed */
  bool has_thread; /* it has to be joined */
  pthread_t thread;
  pthread_mutex_t lock; /* of the fields below */
  watched *watched;     /* owned, the descriptors are not; the thread touches is_silent alone */
  size_t count, room;
  bool is_armed, is_ending;
  int64_t deadline;    /* in monotonic ms, while it is armed */
  int64_t waits_until; /* when the thread will look here at the latest; NEVER for not by itself */
};

/* The thread. It calls neither Lua nor libcurl. */

/* A loop that has work gives orders at an interval: nginx's each 250 ms. IDLE_MS is a bit less, and an order may be
 * carried out EARLY_MS early. So the thread need not be woken for each order. */
enum { NEVER = -1, EVENTS = 16, IDLE_MS = 240, EARLY_MS = 20 };

/* How long the thread waits. After it was disarmed it looks here once more before it waits without end: an order that
 * comes meanwhile then need not wake it. False when it has to end. */
static bool plan_wait(waker *w, bool was_idle, int *timeout_ms) {
  (void)pthread_mutex_lock(&w->lock);
  int64_t now = monotonic_ms();
  if (w->is_armed)
    w->waits_until = w->deadline;
  else
    w->waits_until = was_idle ? NEVER : now + IDLE_MS;
  int64_t left = w->waits_until - now;
  *timeout_ms = w->waits_until == NEVER ? -1 : left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
  bool goes_on = !w->is_ending;
  (void)pthread_mutex_unlock(&w->lock);
  return goes_on;
}

/* Notes what is ready. True if the order is carried out by that. */
static bool take_events(waker *w, const struct epoll_event *events, int count) {
  bool is_ready = false;
  eventfd_t rings;
  for (int i = 0; i < count; i++)
    if (events[i].data.u32 == BELL)
      (void)eventfd_read(w->bell, &rings);
  (void)pthread_mutex_lock(&w->lock);
  for (int i = 0; i < count; i++) {
    uint32_t index = events[i].data.u32;
    if (index != BELL)
      w->watched[index].is_silent = is_ready = true;
  }
  int64_t latest = monotonic_ms() + (count == 0 ? EARLY_MS : 0);
  bool is_over = w->is_armed && (is_ready || w->deadline <= latest);
  if (is_over)
    w->is_armed = false;
  (void)pthread_mutex_unlock(&w->lock);
  return is_over;
}

static void send_byte(const waker *w) {
  /* If the buffer is full, the loop has bytes enough to read. */
  (void)send(w->peer, "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void *run(void *user) {
  waker *w = user;
  struct epoll_event events[EVENTS];
  int timeout_ms;
  bool is_idle = false;
  while (plan_wait(w, is_idle, &timeout_ms)) {
    int count = epoll_wait(w->set, events, EVENTS, timeout_ms);
    bool is_over = take_events(w, events, count);
    if (is_over)
      send_byte(w);
    is_idle = count == 0 && !is_over;
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

/* What is ready once is silent until it is armed again. */
static bool control(const waker *w, int operation, int descriptor, uint32_t index) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u32 = index};
  if (index == BELL)
    event.events = EPOLLIN;
  return epoll_ctl(w->set, operation, descriptor, &event) == 0;
}

waker *waker_open(void) {
  waker *w = calloc(1, sizeof *w);
  if (w == NULL)
    return NULL;
  w->process = getpid();
  w->listener = w->peer = -1;
  (void)pthread_mutex_init(&w->lock, NULL);
  w->waits_until = NEVER;
  w->set = epoll_create1(EPOLL_CLOEXEC);
  w->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (w->set < 0 || w->bell < 0 || !control(w, EPOLL_CTL_ADD, w->bell, BELL) ||
      !listen_at_path(w)) {
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

/* The place of a descriptor in the table, or a free one, which may be at its end; -1 when out of
 * memory. */
static int64_t place_of(waker *w, int descriptor) {
  size_t place = w->count;
  for (size_t i = w->count; i-- > 0;)
    if (w->watched[i].descriptor == descriptor)
      return (int64_t)i;
    else if (w->watched[i].descriptor < 0)
      place = i;
  if (place == w->room) {
    size_t room = w->room * 2 + 4;
    watched *larger = realloc(w->watched, room * sizeof *larger);
    if (larger == NULL)
      return -1;
    w->watched = larger;
    w->room = room;
  }
  return (int64_t)place;
}

static bool watch(waker *w, int descriptor) {
  int64_t place = place_of(w, descriptor);
  if (place < 0 || descriptor < 0)
    return false;
  if (!control(w, EPOLL_CTL_MOD, descriptor, (uint32_t)place) &&
      !control(w, EPOLL_CTL_ADD, descriptor, (uint32_t)place))
    return false;
  w->watched[place] = (watched){.descriptor = descriptor};
  w->count += (size_t)place == w->count;
  return true;
}

bool waker_watch(waker *w, int descriptor) {
  (void)pthread_mutex_lock(&w->lock);
  bool is_watched = watch(w, descriptor);
  (void)pthread_mutex_unlock(&w->lock);
  return is_watched;
}

static bool note_armed(waker *w, watched *one) {
  (void)pthread_mutex_lock(&w->lock);
  bool was_silent = one->is_silent;
  one->is_silent = false;
  (void)pthread_mutex_unlock(&w->lock);
  return was_silent;
}

/* The thread may be woken at once, and needs the lock then. One that was closed is forgotten: its number may be
 * another's by now. */
static void arm_silent(waker *w) {
  for (size_t i = 0; i < w->count; i++) {
    watched *one = &w->watched[i];
    if (note_armed(w, one) && !control(w, EPOLL_CTL_MOD, one->descriptor, (uint32_t)i))
      one->descriptor = -1;
  }
}

void waker_arm(waker *w, int64_t ms) {
  int64_t deadline = monotonic_ms() + ms;
  (void)pthread_mutex_lock(&w->lock);
  if (!w->is_armed || deadline < w->deadline)
    w->deadline = deadline;
  w->is_armed = true;
  bool sleeps_longer = w->waits_until == NEVER || w->deadline < w->waits_until;
  (void)pthread_mutex_unlock(&w->lock);
  arm_silent(w);
  if (sleeps_longer)
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
    (void)pthread_mutex_destroy(&w->lock);
  }
  close_one(&w->peer);
  close_one(&w->listener);
  close_one(&w->bell);
  close_one(&w->set);
  free(w->watched);
  free(w);
}
