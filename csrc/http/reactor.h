/* libcurl's multi handle with the poller that watches its sockets: it waits for sockets and for
 * libcurl's timer, and lets libcurl work. It knows nothing of requests. */
#ifndef TN_REACTOR_H
#define TN_REACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "poller.h"

enum { REACTOR_NEVER = -1 }; /* a deadline without end */

/* Not moved while it is open. */
typedef struct reactor {
  CURLM *handle;    /* owned; NULL while closed */
  poller *poller;   /* owned */
  int64_t deadline; /* of libcurl's timer, in monotonic ms; REACTOR_NEVER for none */
  bool is_broken;   /* libcurl ran out of memory: reactor_renew has to follow */
  bool is_hurried;  /* the next round is due at once: set by the owner */
  bool is_behind;   /* more sockets were ready than the last round has handled */
} reactor;

void reactor_init(reactor *r);

/* False when out of memory or descriptors; then nothing is open. */
bool reactor_open(reactor *r);

/* Closes all connections. No transfer may be in the handle. */
void reactor_close(reactor *r);

/* In a forked child: drops the handle, which is the parent's, without closing it. */
void reactor_abandon(reactor *r);

/* Makes a new handle, without connections, in the place of one that is broken. False when out of
 * memory; then it has to be closed. */
bool reactor_renew(reactor *r);

/* When the next round is due even if no socket is ready, in monotonic ms; REACTOR_NEVER for never. */
int64_t reactor_next(const reactor *r);

/* Handles libcurl's timer, if that is due, and no socket. True if there is nothing else to do at once. Saves a
 * look at the sockets where a request begins. */
bool reactor_begin(reactor *r);

/* One round: waits up to timeout_ms for sockets, then handles those that are ready and libcurl's
 * timer. Without `all` it stops after a few milliseconds. False when a signal came. */
bool reactor_work(reactor *r, int timeout_ms, bool all);

#endif
