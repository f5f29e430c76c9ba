/* core.has_hung_up(address, port, own_port): whether the peer of a connection of this process has
 * closed it. A server that does not read from a connection, as nginx while a handler runs, does not
 * notice that by itself. The connection is another library's: it is only looked at. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "compat.h"
#include "core.h"

enum {
  UNUSED_MOST = 1024
}; /* descriptors in a row that are not open: there are no more behind them */

typedef union socket_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_storage storage;
} socket_address;

static uint16_t port_of(const socket_address *address) {
  if (address->any.sa_family == AF_INET)
    return ntohs(address->v4.sin_port);
  return address->any.sa_family == AF_INET6 ? ntohs(address->v6.sin6_port) : 0;
}

/* Whether it is the address of a text that inet_ntop wrote. */
static bool is_address(const socket_address *address, const char *text) {
  struct in_addr v4;
  struct in6_addr v6;
  if (address->any.sa_family == AF_INET)
    return inet_pton(AF_INET, text, &v4) == 1 && memcmp(&v4, &address->v4.sin_addr, sizeof v4) == 0;
  return address->any.sa_family == AF_INET6 && inet_pton(AF_INET6, text, &v6) == 1 &&
         memcmp(&v6, &address->v6.sin6_addr, sizeof v6) == 0;
}

static bool is_between(int descriptor, const socket_address *peer, const char *text,
                       lua_Integer port, lua_Integer own_port) {
  socket_address own = {.storage = {.ss_family = AF_UNSPEC}};
  socklen_t length = sizeof own;
  return port_of(peer) == port && is_address(peer, text) &&
         getsockname(descriptor, &own.any, &length) == 0 && port_of(&own) == own_port;
}

/* The connection's descriptor, or -1. Descriptors are given out from the lowest free one, so that those
 * in use lie close to each other. */
static int find(const char *text, lua_Integer port, lua_Integer own_port) {
  struct rlimit limit;
  int unused = 0;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return -1;
  for (int i = 0; (rlim_t)i < limit.rlim_cur && unused < UNUSED_MOST; i++) {
    socket_address peer = {.storage = {.ss_family = AF_UNSPEC}};
    socklen_t length = sizeof peer;
    if (getpeername(i, &peer.any, &length) == 0) {
      if (is_between(i, &peer, text, port, own_port))
        return i;
    } else if (errno == EBADF) {
      unused++;
      continue;
    }
    unused = 0;
  }
  return -1;
}

static bool has_hung_up(int descriptor) {
#ifdef POLLRDHUP
  struct pollfd entry = {.fd = descriptor, .events = POLLRDHUP, .revents = 0};
  return poll(&entry, 1, 0) > 0 && (entry.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
#else
  char byte; /* is not seen behind bytes that wait to be read */
  ssize_t count = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
#endif
}

/* has_hung_up(address, port, own_port): nil if this process has no such connection. */
static int l_has_hung_up(lua_State *L) {
  const char *address = luaL_checkstring(L, 1);
  lua_Integer port = luaL_checkinteger(L, 2), own_port = luaL_checkinteger(L, 3);
  int descriptor = find(address, port, own_port);
  if (descriptor < 0)
    return push_nil(L);
  lua_pushboolean(L, has_hung_up(descriptor));
  return 1;
}

void open_peer(lua_State *L) {
  static const luaL_Reg functions[] = {{"has_hung_up", l_has_hung_up}, {NULL, NULL}};
  compat_setfuncs(L, functions, 0);
}
