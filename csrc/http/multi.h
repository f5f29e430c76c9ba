/* libcurl's multi handle with its connections, and the poller that watches them. It belongs to the
 * process that made it. It carries out attempts; when one begins, and whether another follows, is
 * not known here. */
#ifndef TN_MULTI_H
#define TN_MULTI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ca_store.h"
#include "poller.h"
#include "sockets.h"
#include "transfer_list.h"

enum { MULTI_NEVER = -1 }; /* a deadline or a timeout without end */

typedef struct multi {
  CURLM *handle;   /* owned; NULL while closed */
  poller *poller;  /* owned */
  sockets sockets; /* of all connections; owned */
  ca_store ca_store;
  unsigned ca_version; /* counts the changes of ca_store */
  pid_t process;       /* that made the handle */
  int64_t deadline;    /* monotonic ms at which libcurl wants to be called; MULTI_NEVER for none */
  int most;            /* requests in flight that the connections are made for */
  bool version_known;  /* HTTP's, where it matters */

  transfer_list running; /* in libcurl's hands */
  transfer_list ended;   /* whose attempt is over, in that order; for the caller to empty */
  int running_count;     /* of both lists */
} multi;

void multi_init(multi *m);

static inline bool multi_is_open(const multi *m) {
  return m->handle != NULL;
}

/* At most so many requests will be in flight, and the settings name the authorities to trust. False when
 * out of memory or descriptors; then nothing is open. */
bool multi_open(multi *m, const settings *s, int most);

/* Takes what runs out of libcurl's hands, and closes the connections. The transfers stay in their
 * lists. */
void multi_close(multi *m);

/* Whether the handle was made by another process, from which this one was forked. */
bool multi_is_foreign(const multi *m);

/* In a forked child: forgets the handle and closes nothing. Closing would say goodbye on connections that
 * the parent goes on using, and may wait for a resolver thread that only the parent has. All that a
 * child loses is the memory. */
void multi_abandon(multi *m);

/* How many may be in flight as far as connections go. */
int multi_room(const multi *m);

/* Begins an attempt of a request that is prepared. If that fails, it is among the ended. */
void multi_start(multi *m, transfer *t, long timeout_ms);

/* One round: waits up to timeout_ms for sockets, then works on those that are ready, all or as many as
 * fit into a few milliseconds, and on libcurl's timer. Attempts that are over are among the ended after
 * it. False when a signal came. */
bool multi_work(multi *m, int timeout_ms, bool all);

/* Takes it out of libcurl's hands in the middle of an attempt. */
void multi_stop(multi *m, transfer *t);

#endif
