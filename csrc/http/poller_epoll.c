#include "poller.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* An adopted socket. The system is told of changes when they are flushed, and of a removal only if the socket
 * gets ready: a kept connection is mostly asked for again before that. What is watched is a sum of CURL_POLL_IN
 * and CURL_POLL_OUT. */
typedef struct entry {
  bool is_adopted, is_changed;
  unsigned char actual, wanted;
} entry;

struct poller {
  int epoll;
  entry *entries; /* by the socket's number; owned */
  int *changed;   /* sockets to be flushed; owned, with as much room */
  int room, changed_count;
};

enum { BATCH = 64, LEAST_ROOM = 64 };

poller *poller_open(void) {
  poller *p = calloc(1, sizeof *p);
  if (p == NULL)
    return NULL;
  p->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (p->epoll < 0) {
    free(p);
    return NULL;
  }
  return p;
}

void poller_close(poller *p) {
  if (p == NULL)
    return;
  close(p->epoll);
  free(p->entries);
  free(p->changed);
  free(p);
}

static bool control(const poller *p, int socket, int what, bool known) {
  struct epoll_event event = {.data.fd = socket};
  if (what == CURL_POLL_REMOVE) {
    /* Fails if the socket is closed already: closing removed it from the set. */
    (void)epoll_ctl(p->epoll, EPOLL_CTL_DEL, socket, &event);
    return true;
  }
  if (what != CURL_POLL_OUT)
    event.events |= EPOLLIN;
  if (what != CURL_POLL_IN)
    event.events |= EPOLLOUT;
  if (epoll_ctl(p->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) == 0)
    return true;
  /* libcurl may close a socket and open one of the same number without a callback. */
  if (errno == ENOENT || errno == EEXIST)
    return epoll_ctl(p->epoll, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) == 0;
  return false;
}

static bool make_room(poller *p, int socket) {
  int room = p->room > 0 ? p->room : LEAST_ROOM;
  if (socket < p->room)
    return true;
  while (room <= socket)
    room *= 2;
  entry *entries = realloc(p->entries, (size_t)room * sizeof *entries);
  if (entries != NULL)
    p->entries = entries;
  int *changed = realloc(p->changed, (size_t)room * sizeof *changed);
  if (changed != NULL)
    p->changed = changed;
  if (entries == NULL || changed == NULL)
    return false;
  memset(entries + p->room, 0, (size_t)(room - p->room) * sizeof *entries);
  p->room = room;
  return true;
}

static entry *adopted(const poller *p, curl_socket_t socket) {
  bool is_known = socket >= 0 && socket < p->room && p->entries[socket].is_adopted;
  return is_known ? &p->entries[socket] : NULL;
}

/* Without memory it is not adopted, and each change is told at once. */
void poller_adopt(poller *p, curl_socket_t socket) {
  if (make_room(p, socket))
    p->entries[socket] = (entry){.is_adopted = true, .is_changed = p->entries[socket].is_changed};
}

/* Closing removes it from the set. */
void poller_forget(poller *p, curl_socket_t socket) {
  entry *e = adopted(p, socket);
  if (e != NULL)
    *e = (entry){.is_changed = e->is_changed};
}

bool poller_watch(poller *p, curl_socket_t socket, int what, bool known) {
  entry *e = adopted(p, socket);
  if (e == NULL)
    return control(p, socket, what, known);
  e->wanted = (unsigned char)(what == CURL_POLL_REMOVE ? CURL_POLL_NONE : what);
  if (e->wanted != e->actual && !e->is_changed) {
    e->is_changed = true;
    p->changed[p->changed_count++] = socket;
  }
  return true;
}

static void remove_now(const poller *p, int socket, entry *e) {
  (void)control(p, socket, CURL_POLL_REMOVE, true);
  e->actual = CURL_POLL_NONE;
}

void poller_flush(poller *p) {
  for (int i = 0; i < p->changed_count; i++) {
    int socket = p->changed[i];
    entry *e = &p->entries[socket];
    e->is_changed = false;
    if (!e->is_adopted || e->wanted == e->actual)
      continue;
    if (e->wanted != CURL_POLL_NONE) {
      if (control(p, socket, e->wanted, e->actual != CURL_POLL_NONE))
        e->actual = e->wanted;
    } else if (e->actual != CURL_POLL_IN) {
      remove_now(p, socket, e); /* it can be written to at any time */
    }
  }
  p->changed_count = 0;
}

int poller_wait(poller *p, poller_event *events, int most, int timeout_ms) {
  struct epoll_event ready[BATCH];
  poller_flush(p);
  int count = epoll_wait(p->epoll, ready, most < BATCH ? most : BATCH, timeout_ms), filled = 0;
  for (int i = 0; i < count; i++) {
    unsigned mask = ready[i].events;
    int socket = ready[i].data.fd;
    entry *e = adopted(p, socket);
    if (e != NULL && e->wanted == CURL_POLL_NONE) {
      remove_now(p, socket, e);
      continue;
    }
    events[filled].socket = socket;
    events[filled++].ready = ((mask & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                             ((mask & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                             ((mask & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
  }
  return count < 0 ? count : filled;
}

int poller_descriptor(const poller *p) {
  return p->epoll;
}
