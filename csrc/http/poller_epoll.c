#include "poller.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct poller {
  int epoll;
};

enum { BATCH = 64 };

poller *poller_open(void) {
  poller *p = malloc(sizeof *p);
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
  free(p);
}

bool poller_watch(poller *p, curl_socket_t socket, int what, bool known) {
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

int poller_wait(poller *p, poller_event *events, int most, int timeout_ms) {
  struct epoll_event ready[BATCH];
  int count = epoll_wait(p->epoll, ready, most < BATCH ? most : BATCH, timeout_ms);
  for (int i = 0; i < count; i++) {
    unsigned mask = ready[i].events;
    events[i].socket = ready[i].data.fd;
    events[i].ready = ((mask & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                      ((mask & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                      ((mask & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
  }
  return count;
}

int poller_descriptor(const poller *p) {
  return p->epoll;
}
