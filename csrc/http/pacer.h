/* So many requests per second: a bucket of tokens that some of an engine's requests share. It is reference-counted:
 * requests hold it as long as they may be sent. */
#ifndef TN_PACER_H
#define TN_PACER_H

#include <stdint.h>

typedef struct pacer {
  int holders;
  double rate;    /* per second */
  double tokens;  /* negative: so many are taken that are not there yet */
  int64_t filled; /* when, in monotonic ms; 0 for never */
} pacer;

/* With one reference, the caller's. NULL when out of memory. */
pacer *pacer_new(double rate);

/* Adds a reference; returns p. NULL is fine. */
pacer *pacer_hold(pacer *p);

/* Drops a reference. NULL is fine. */
void pacer_release(pacer *p);

/* Takes a token, and returns the milliseconds until it is there. */
int64_t pacer_take(pacer *p, int64_t now);

/* Gives back a token that was not used. */
void pacer_give_back(pacer *p);

#endif
