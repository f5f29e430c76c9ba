#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Sockets by their ports. Two may have the same port at different addresses. */

static open_socket *find_from(const sockets *s, size_t place, int port) {
  while (place != 0 && s->items[place - 1].port != port)
    place = s->items[place - 1].next;
  return place != 0 ? &s->items[place - 1] : NULL;
}

/* The first one at a port, or NULL. */
static open_socket *first_at(const sockets *s, int port) {
  return port > 0 ? find_from(s, s->chains[port % SOCKET_CHAINS], port) : NULL;
}

/* The next one at the same port, or NULL. */
static open_socket *next_at(const sockets *s, const open_socket *item) {
  return find_from(s, item->next, item->port);
}

static void link_at(sockets *s, size_t place) {
  open_socket *item = &s->items[place - 1];
  size_t *first = &s->chains[item->port % SOCKET_CHAINS];
  item->next = *first;
  *first = place;
}

static void unlink_at(sockets *s, size_t place) {
  const open_socket *item = &s->items[place - 1];
  size_t *link = &s->chains[item->port % SOCKET_CHAINS];
  while (*link != place)
    link = &s->items[*link - 1].next;
  *link = item->next;
}

/* The last one takes the place of the one that is removed. */
static void remove_at(sockets *s, size_t place) {
  open_socket *item = &s->items[place - 1];
  if (item->port != 0)
    unlink_at(s, place);
  else
    s->unknown--;
  size_t last = s->count--;
  if (last == place)
    return;
  if (s->items[last - 1].port != 0)
    unlink_at(s, last);
  *item = s->items[last - 1];
  if (item->port != 0)
    link_at(s, place);
}

/* Opening and closing. */

static bool reserve(sockets *s) {
  if (s->count < s->room)
    return true;
  size_t room = s->room == 0 ? 8 : s->room * 2;
  open_socket *items = realloc(s->items, room * sizeof *items);
  if (items == NULL)
    return false;
  s->items = items;
  s->room = room;
  return true;
}

/* A socket that never blocks from the start: libcurl overlooks it if that cannot be set later, and would
 * wait in a read for ever. */
static int open_one(const struct curl_sockaddr *address) {
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  return socket(address->family, address->socktype | flags, address->protocol);
#else
  int descriptor = socket(address->family, address->socktype, address->protocol);
  if (descriptor >= 0 && (fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 ||
                          fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0)) {
    (void)close(descriptor);
    return -1;
  }
  return descriptor;
#endif
}

curl_socket_t sockets_open(sockets *s, const struct curl_sockaddr *address) {
  if (!reserve(s))
    return CURL_SOCKET_BAD;
  int descriptor = open_one(address);
  s->cannot_open = descriptor < 0 && (errno == EMFILE || errno == ENFILE);
  if (descriptor < 0)
    return CURL_SOCKET_BAD;
  s->items[s->count++] = (open_socket){.descriptor = descriptor};
  s->unknown++;
  if (s->poller != NULL)
    poller_adopt(s->poller, descriptor);
  return descriptor;
}

/* Whether the process has no free descriptor. */
static bool are_used_up(curl_socket_t descriptor) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0)
    return errno == EMFILE || errno == ENFILE;
  (void)close(copy);
  return false;
}

int sockets_close(sockets *s, curl_socket_t descriptor) {
  s->is_full = are_used_up(descriptor);
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].descriptor == descriptor) {
      remove_at(s, i + 1);
      break;
    }
  if (s->poller != NULL)
    poller_forget(s->poller, descriptor);
  return close(descriptor);
}

static int local_port(curl_socket_t descriptor) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } address = {.v6 = {0}};
  socklen_t length = sizeof address;
  if (getsockname(descriptor, &address.any, &length) != 0)
    return 0;
  return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* A socket has no port before it is connected, so the port is read when it is first needed. */
static void learn_ports(sockets *s) {
  for (size_t place = 1; place <= s->count && s->unknown > 0; place++) {
    open_socket *item = &s->items[place - 1];
    if (item->port != 0 || (item->port = local_port(item->descriptor)) == 0)
      continue;
    s->unknown--;
    link_at(s, place);
  }
}

/* What happens to connections. */

void sockets_note_answer(sockets *s, int port, bool http1) {
  for (open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item)) {
    item->http1 = item->http1 || http1;
    item->mute = false;
    item->answers++;
  }
}

unsigned sockets_answers(const sockets *s, int port) {
  unsigned answers = 0;
  for (const open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item))
    answers += item->answers;
  return answers;
}

bool sockets_note_late(sockets *s, int port, unsigned answers_before) {
  if (port <= 0 || sockets_answers(s, port) != answers_before)
    return false;
  for (open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item))
    item->mute = true;
  return true;
}

void sockets_shut(const sockets *s, int port) {
  for (const open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item))
    (void)shutdown(item->descriptor, SHUT_RDWR);
}

void sockets_spend(sockets *s, int port) {
  for (open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item))
    item->spent = item->spent || item->http1;
}

void sockets_break(sockets *s, int port) {
  for (open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item))
    item->spent = item->http1 = true;
}

/* Functions of OpenSSL are weak symbols, because libcurl may use another TLS library. */
#if defined(__ELF__)
extern int SSL_has_pending(const void *ssl) __attribute__((weak));
extern void SSL_get0_alpn_selected(const void *ssl, const unsigned char **name, unsigned *length)
    __attribute__((weak));

static const void *ssl_of(CURL *easy) {
  struct curl_tlssessioninfo *session = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
      session->backend != CURLSSLBACKEND_OPENSSL)
    return NULL;
  return session->internals;
}

/* The TLS library may have decrypted more than libcurl has read. */
static bool has_decrypted(CURL *easy) {
  const void *ssl = SSL_has_pending != NULL ? ssl_of(easy) : NULL;
  return ssl != NULL && SSL_has_pending(ssl) != 0;
}

int sockets_agreed_http2(CURL *easy) {
  const void *ssl = SSL_get0_alpn_selected != NULL ? ssl_of(easy) : NULL;
  const unsigned char *name = NULL;
  unsigned length = 0;
  if (ssl == NULL)
    return -1;
  SSL_get0_alpn_selected(ssl, &name, &length);
  return length == 2 && name[0] == 'h' && name[1] == '2';
}
#else
static bool has_decrypted(CURL *easy) {
  (void)easy;
  return false;
}

int sockets_agreed_http2(CURL *easy) {
  (void)easy;
  return -1;
}
#endif

/* False if there are unread bytes, and also if the peer has closed it or there is an error. */
static bool is_silent(curl_socket_t descriptor) {
  char byte;
  ssize_t count = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool sockets_are_clean(sockets *s, int port, CURL *easy) {
  bool reused = false;
  if (s->unknown > 0)
    learn_ports(s);
  /* All at that port have to be clean: it is not known which one the connection has. */
  for (const open_socket *item = first_at(s, port); item != NULL; item = next_at(s, item)) {
    if (item->mute)
      return false;
    if (!item->http1)
      continue;
    reused = true;
    if (item->spent || !is_silent(item->descriptor))
      return false;
  }
  return !reused || !has_decrypted(easy);
}

void sockets_free(sockets *s) {
  free(s->items);
  *s = (sockets){.guard = s->guard}; /* a step may be in progress */
}
