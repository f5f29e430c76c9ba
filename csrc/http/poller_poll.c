#include "poller.h"

#include <poll.h>
#include <stdlib.h>

struct poller {
  struct pollfd *sockets; /* owned */
  size_t count;
  size_t capacity;
};

poller *poller_open(void) {
  return calloc(1, sizeof(poller));
}

void poller_close(poller *p) {
  if (p == NULL)
    return;
  free(p->sockets);
  free(p);
}

static struct pollfd *find(poller *p, curl_socket_t socket) {
  for (size_t i = 0; i < p->count; i++)
    if (p->sockets[i].fd == socket)
      return &p->sockets[i];
  return NULL;
}

static struct pollfd *add(poller *p, curl_socket_t socket) {
  if (p->count == p->capacity) {
    size_t capacity = p->capacity == 0 ? 16 : p->capacity * 2;
    struct pollfd *sockets = realloc(p->sockets, capacity * sizeof *sockets);
    if (sockets == NULL)
      return NULL;
    p->sockets = sockets;
    p->capacity = capacity;
  }
  struct pollfd *entry = &p->sockets[p->count++];
  *entry = (struct pollfd){.fd = socket};
  return entry;
}

bool poller_watch(poller *p, curl_socket_t socket, int what, bool known) {
  (void)known;
  struct pollfd *entry = find(p, socket);
  if (what == CURL_POLL_REMOVE) {
    if (entry != NULL)
      *entry = p->sockets[--p->count];
    return true;
  }
  if (entry == NULL)
    entry = add(p, socket);
  if (entry == NULL)
    return false;
  entry->events =
      (short)((what != CURL_POLL_OUT ? POLLIN : 0) | (what != CURL_POLL_IN ? POLLOUT : 0));
  return true;
}

void poller_adopt(poller *p, curl_socket_t socket) {
  (void)p, (void)socket;
}

void poller_forget(poller *p, curl_socket_t socket) {
  (void)p, (void)socket;
}

void poller_flush(poller *p) {
  (void)p;
}

int poller_wait(poller *p, poller_event *events, int most, int timeout_ms) {
  int left = poll(p->sockets, (nfds_t)p->count, timeout_ms);
  if (left < 0)
    return -1;
  int filled = 0;
  for (size_t i = 0; i < p->count && left > 0 && filled < most; i++) {
    short mask = p->sockets[i].revents;
    if (mask == 0)
      continue;
    left--;
    events[filled].socket = p->sockets[i].fd;
    events[filled++].ready = ((mask & POLLIN) ? CURL_CSELECT_IN : 0) |
                             ((mask & POLLOUT) ? CURL_CSELECT_OUT : 0) |
                             ((mask & (POLLERR | POLLHUP | POLLNVAL)) ? CURL_CSELECT_ERR : 0);
  }
  return filled;
}

int poller_descriptor(const poller *p) {
  (void)p;
  return -1;
}
