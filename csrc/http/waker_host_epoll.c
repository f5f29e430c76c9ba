/* How the event loop's own epoll set is found, and waited for. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "waker.h"

/* So many descriptors are looked at: a loop opens its set early. */
enum { DESCRIPTORS = 512 };

/* Whether it is a socket that is connected to the path. */
static bool is_connected_to(int descriptor, const char *path) {
  struct sockaddr_un peer = {.sun_family = AF_UNSPEC};
  socklen_t length = sizeof peer;
  return getpeername(descriptor, (struct sockaddr *)&peer, &length) == 0 &&
         peer.sun_family == AF_UNIX && strncmp(peer.sun_path, path, sizeof peer.sun_path) == 0;
}

/* Whether a descriptor is an epoll set that has the socket. No other one is left with it. */
static bool is_set_with(int descriptor, int socket) {
  struct epoll_event event = {0};
  if (epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) != 0)
    return errno == EEXIST;
  (void)epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, NULL);
  return false;
}

int waker_host(const waker *w) {
  const char *path = waker_path(w);
  int socket = 0, set = 0;
  while (socket < DESCRIPTORS && !is_connected_to(socket, path))
    socket++;
  if (path[0] == '\0' || socket == DESCRIPTORS)
    return -1;
  while (set < DESCRIPTORS && !is_set_with(set, socket))
    set++;
  return set < DESCRIPTORS ? set : -1;
}

bool waker_hold(int host, int descriptor, int ms) {
  struct pollfd either[] = {{.fd = descriptor, .events = POLLIN}, {.fd = host, .events = POLLIN}};
  return poll(either, 2, ms) > 0 && (either[0].revents & POLLIN) != 0;
}
