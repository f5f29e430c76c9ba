/* Blocks SIGPIPE in this thread while libcurl writes to connections that the peer may have closed.
 * The host program's disposition of the signal is not changed. */
#ifndef TN_SIGPIPE_H
#define TN_SIGPIPE_H

#include <pthread.h>
#include <signal.h>

struct sigpipe {
  sigset_t before;
};

static inline void sigpipe_block(struct sigpipe *guard) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
}

static inline void sigpipe_restore(const struct sigpipe *guard) {
  sigset_t pending;
  if (sigismember(&guard->before, SIGPIPE))
    return;
  sigpending(&pending);
  if (sigismember(&pending, SIGPIPE)) {
    sigset_t pipe;
    int number;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigwait(&pipe, &number);
  }
  pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

#endif
