/* The sockets of an engine's connections, from open to close. It tells whether a connection that was
 * kept after an answer may be used again: over HTTP/1.1 whatever waits there would be taken for the
 * next request's answer, so a connection on which anything waits is of no use. */
#ifndef TN_SOCKETS_H
#define TN_SOCKETS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct open_socket {
  curl_socket_t descriptor;
  int port;   /* the local one; 0 while it is not known */
  bool http1; /* has brought an answer over HTTP/1.x */
  bool spent; /* may be out of step: not to be used again */
} open_socket;

typedef struct sockets {
  open_socket *items; /* owned; the descriptors are not */
  size_t count, room;
} sockets;

/* Opens one, which the programs that the script starts do not inherit; CURL_SOCKET_BAD on failure. */
curl_socket_t sockets_open(sockets *s, const struct curl_sockaddr *address);

/* Closes one; as libcurl wants it, 0 on success. */
int sockets_close(sockets *s, curl_socket_t descriptor);

/* An answer over HTTP/1.x came to this local port. */
void sockets_note_http1(sockets *s, int port);

/* What came to this local port over HTTP/1.x was not the answer, or more of it is to come. */
void sockets_spend(sockets *s, int port);

/* Whether a request may go out from this local port, on the connection that easy has at present. One that
 * was just made is not asked: over TLS the server may send session tickets first. */
bool sockets_are_clean(sockets *s, int port, CURL *easy);

/* Forgets all of them and closes none. */
void sockets_free(sockets *s);

#endif
