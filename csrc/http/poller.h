/* Which of libcurl's sockets are ready. One implementation is compiled in: poller_epoll.c on
 * Linux, whose descriptor a foreign event loop can watch, and poller_poll.c everywhere else. */
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

/* Closing it in a forked child leaves the parent's untouched. */
void poller_close(poller *p);

/* Watches for what libcurl asked (CURL_POLL_IN, _OUT, _INOUT) or stops (CURL_POLL_REMOVE). */
bool poller_watch(poller *p, curl_socket_t socket, int what, bool known);

/* Waits up to timeout_ms for sockets; gives how many of events it filled, or -1 with errno. */
int poller_wait(poller *p, poller_event *events, int most, int timeout_ms);

/* A descriptor that is readable when a socket is ready, or -1 where there is none. */
int poller_descriptor(const poller *p);

#endif
