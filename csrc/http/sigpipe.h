/* Blocks SIGPIPE in this thread while libcurl writes to connections that the peer may have closed.
 * The host program's disposition of the signal is not changed. */
#ifndef TN_SIGPIPE_H
#define TN_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

typedef struct sigpipe {
  sigset_t before;
  bool is_open;    /* between sigpipe_open and sigpipe_restore */
  bool is_blocked; /* in that time */
} sigpipe;

/* Blocks it until sigpipe_restore. */
void sigpipe_block(sigpipe *guard);

/* Blocks it if libcurl may raise it on a connection that stands. Else sigpipe_begin_connection has to be called
 * before another one is begun. */
void sigpipe_open(sigpipe *guard);

/* Blocks it from now on: libcurl is about to begin a thread, which shall not get it either. Does nothing without
 * sigpipe_open. */
void sigpipe_begin_connection(sigpipe *guard);

/* As it was before. Takes away a signal that came meanwhile. */
void sigpipe_restore(sigpipe *guard);

#endif
