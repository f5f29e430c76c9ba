/* Watches libcurl's sockets for readiness. One implementation is compiled in: poller_epoll.c on
 * Linux, whose descriptor another event loop can watch, and poller_poll.c elsewhere. */
#ifndef TN_POLLER_H
#define TN_POLLER_H

#include <curl/curl.h>
#include <stdbool.h>

typedef struct poller poller; /* owns its descriptor and tables, not the sockets */

typedef struct poller_event {
  curl_socket_t socket;
  int ready; /* CURL_CSELECT_… bits */
} poller_event;

/* NULL when out of memory or descriptors. */
poller *poller_open(void);

/* NULL is fine. In a forked child the parent's poller is not affected. */
void poller_close(poller *p);

/* Watches for CURL_POLL_IN, _OUT or _INOUT, or stops with CURL_POLL_REMOVE. known: the socket is
 * watched already. False when out of memory, or when the system refuses. */
bool poller_watch(poller *p, curl_socket_t socket, int what, bool known);

/* A socket whose closing will be told by poller_forget. So it may go on being watched for a while after it was
 * removed: libcurl removes and adds a kept connection's around each request. */
void poller_adopt(poller *p, curl_socket_t socket);

/* An adopted socket is about to be closed. */
void poller_forget(poller *p, curl_socket_t socket);

/* Tells the system what has changed. Has to be called before another one waits for the descriptor. */
void poller_flush(poller *p);

/* Waits up to timeout_ms. Returns how many events it filled, or -1 with errno. */
int poller_wait(poller *p, poller_event *events, int most, int timeout_ms);

/* A descriptor that is readable when a socket is ready, or -1 where there is none. */
int poller_descriptor(const poller *p);

#endif
