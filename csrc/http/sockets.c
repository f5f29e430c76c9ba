#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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
  if (descriptor >= 0)
    s->items[s->count++] = (open_socket){.descriptor = descriptor};
  if (descriptor >= 0 && s->poller != NULL)
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
      s->items[i] = s->items[--s->count];
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
static bool is_at(open_socket *item, int port) {
  if (item->port == 0)
    item->port = local_port(item->descriptor);
  return item->port == port;
}

void sockets_note_answer(sockets *s, int port, bool http1) {
  for (size_t i = 0; i < s->count; i++) {
    open_socket *item = &s->items[i];
    if (item->port != port)
      continue;
    item->http1 = item->http1 || http1;
    item->mute = false;
    item->answers++;
  }
}

unsigned sockets_answers(const sockets *s, int port) {
  unsigned answers = 0;
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].port == port)
      answers += s->items[i].answers;
  return answers;
}

bool sockets_note_late(sockets *s, int port, unsigned answers_before) {
  if (port <= 0 || sockets_answers(s, port) != answers_before)
    return false;
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].port == port)
      s->items[i].mute = true;
  return true;
}

void sockets_shut(const sockets *s, int port) {
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].port == port)
      (void)shutdown(s->items[i].descriptor, SHUT_RDWR);
}

void sockets_spend(sockets *s, int port) {
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].port == port && s->items[i].http1)
      s->items[i].spent = true;
}

void sockets_break(sockets *s, int port) {
  for (size_t i = 0; i < s->count; i++)
    if (port > 0 && s->items[i].port == port)
      s->items[i].spent = s->items[i].http1 = true;
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
  /* Two sockets may have the same port at different addresses. Then both have to be silent. */
  for (size_t i = 0; i < s->count; i++) {
    open_socket *item = &s->items[i];
    if (!is_at(item, port))
      continue;
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
