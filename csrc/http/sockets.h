/* The sockets of an engine's connections, from open to close. It decides whether a connection that
 * was kept after a response may be used again. Over HTTP/1.x, unread bytes would be taken for the
 * next request's response, so a connection with unread bytes is not clean. */
#ifndef TN_SOCKETS_H
#define TN_SOCKETS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "poller.h"
#include "sigpipe.h"

typedef struct open_socket {
  curl_socket_t descriptor;
  int port;         /* the local port; 0 while it is not known */
  bool http1;       /* has carried a response over HTTP/1.x */
  bool spent;       /* may be out of step: not to be used again */
  bool mute;        /* brought no answer to a request in time, nor any other since */
  unsigned answers; /* how many have begun to come */
  size_t next;      /* the place of the next one in its chain; 0 for none */
} open_socket;

enum { SOCKET_CHAINS = 64 };

typedef struct sockets {
  open_socket *items; /* owned; the descriptors are not */
  size_t count, room;
  size_t chains[SOCKET_CHAINS]; /* by the port: the place of the first one, from 1 on; 0 for none */
  size_t unknown;               /* how many have no known port, and are in no chain */
  poller *poller;               /* that watches them; borrowed, NULL for none */
  sigpipe guard;                /* of the present step */
  bool is_full;     /* the process had no free descriptor when the last one was to be closed */
  bool cannot_open; /* nor when the last one was to be opened */
} sockets;

/* Opens a socket that child programs do not inherit. It is libcurl's, which closes it by
 * sockets_close. CURL_SOCKET_BAD on failure. */
curl_socket_t sockets_open(sockets *s, const struct curl_sockaddr *address);

/* Closes a socket and forgets it. 0 on success. */
int sockets_close(sockets *s, curl_socket_t descriptor);

/* Records that a response begins to come to this local port. */
void sockets_note_answer(sockets *s, int port, bool http1);

/* How many responses have come to this local port so far. */
unsigned sockets_answers(const sockets *s, int port);

/* Records that a request from this local port got no answer in time. If none at all has come since there
 * were so many, a request is not sent from there until one comes, and the result is true. */
bool sockets_note_late(sockets *s, int port, unsigned answers_before);

/* Ends the connection from this local port, which libcurl notices before it uses it again. libcurl itself
 * would use an HTTP/2 connection that has gone mute for as long as the system keeps it. */
void sockets_shut(const sockets *s, int port);

/* Records that what came to this local port over HTTP/1.x was not the response, or that more of it
 * follows: the connection is not used again. */
void sockets_spend(sockets *s, int port);

/* Records that an exchange over HTTP/1.x failed at this local port. libcurl keeps a connection on which
 * sending has failed, although an answer may still come. It is not used again. */
void sockets_break(sockets *s, int port);

/* True if a request may be sent from this local port, on easy's present connection. A connection that
 * was just made is not checked: over TLS the server may send session tickets first. */
bool sockets_are_clean(sockets *s, int port, CURL *easy);

/* Whether TLS has agreed upon HTTP/2 on the connection of a running transfer: 1 or 0, negative if
 * that is not known. */
int sockets_agreed_http2(CURL *easy);

/* Frees the table and closes no socket. */
void sockets_free(sockets *s);

#endif
