/* Carries out attempts over libcurl's connections, which belong to the process that made them. The
 * scheduler decides when one starts, and whether another follows. */
#ifndef TN_MULTI_H
#define TN_MULTI_H

#include <stdbool.h>
#include <stdint.h>

#include "admission.h"
#include "ca_store.h"
#include "reactor.h"
#include "sockets.h"
#include "transfer_list.h"

typedef struct multi {
  reactor reactor;
  sockets sockets; /* of all connections; owned */
  ca_store ca_store;
  unsigned ca_version;   /* counts the changes of ca_store */
  unsigned process;      /* the process that made the handle */
  int most;              /* the most requests in flight */
  admission admission;   /* which attempts may begin */
  transfer_list running; /* in the multi handle */
  transfer_list held;    /* begun, and waiting for the first connection, or to begin one */
  transfer_list ended;   /* attempts that are over, in that order; the caller empties it */
  int held_count;
  int running_count; /* the length of the three lists together */
} multi;

void multi_init(multi *m);

static inline bool multi_is_open(const multi *m) {
  return m->reactor.handle != NULL;
}

/* At most `most` requests will be in flight. The settings name the certificate authorities; they
 * are not kept. False when out of memory or descriptors; then nothing is open. */
bool multi_open(multi *m, const settings *s, int most);

/* Removes running transfers from the handle and closes the connections. The transfers stay in their
 * lists, and are the caller's. */
void multi_close(multi *m);

/* True in a child that was forked after the handle was made. */
bool multi_is_foreign(const multi *m);

/* In a forked child: drops the handle without closing it. Closing would send a TLS or HTTP/2
 * shutdown on connections that the parent still uses, and may wait for a resolver thread that only
 * the parent has. The child leaks the handle's memory. */
void multi_abandon(multi *m);

/* Starts an attempt of a prepared request, which may take timeout_ms. If that fails, the transfer is
 * in `ended` at once. */
void multi_start(multi *m, transfer *t, long timeout_ms);

/* Has libcurl begin what was started, and handles no socket. Attempts that are over are in `ended`
 * afterwards. */
void multi_begin(multi *m);

/* One round: waits up to timeout_ms for sockets, then handles those that are ready and libcurl's
 * timer. Without `all` it stops after a few milliseconds. Attempts that are over are in `ended`
 * afterwards. False when a signal came. */
bool multi_work(multi *m, int timeout_ms, bool all);

/* When a running attempt has to be over unless it comes further: see time_limit.h. */
int64_t multi_next_limit(const multi *m, const transfer *t);

/* Ends a running attempt: its time is over. */
void multi_end_late(multi *m, transfer *t, int64_t now);

/* Makes a new handle, without connections, in the place of one that is broken. Its attempts are in
 * `ended` afterwards. False when out of memory; then it has to be closed. */
bool multi_renew(multi *m);

/* Takes a transfer out of its list, and out of the handle if its attempt is still running. */
void multi_stop(multi *m, transfer *t);

#endif
