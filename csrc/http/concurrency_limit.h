/* How many requests may be in flight, and when the next one may start. A window is halved when the
 * server answers 429, and grows by one per round trip otherwise. After two refusals at the same
 * number in flight the window stays below that number, and exceeds it only in rare probes. A
 * refusal below that number withdraws it. The optional rate is a token bucket. */
#ifndef TN_CONCURRENCY_LIMIT_H
#define TN_CONCURRENCY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct concurrency_limit {
  int most;       /* the user's limit */
  int allowance;  /* a second limit, set from outside; INT_MAX for none */
  double window;  /* what may be in flight now; 1 to ceiling */
  double ceiling; /* the window's maximum: below most if the server's own limit is known */
  int refused_at; /* how many were in flight at the last refusal; 0 if there was none */
  double calm;    /* round trips at the ceiling without a refusal */
  bool probing;   /* the ceiling was raised to test whether the server accepts more */
  unsigned round; /* counts the refusals that changed the window */

  double rate; /* requests a second; 0 for no limit */
  double tokens;
  int64_t filled; /* when the bucket was last filled, in monotonic ms; 0 for never */
} concurrency_limit;

void concurrency_limit_open(concurrency_limit *l, int most, double rate);

/* How many may be in flight now. */
int concurrency_limit_room(const concurrency_limit *l);

/* True if one more may start beside those in flight; takes a token then. */
bool concurrency_limit_take(concurrency_limit *l, int in_flight, int64_t now);

/* Milliseconds until there is a token again; 0 if there is one. */
int64_t concurrency_limit_wait(concurrency_limit *l, int64_t now);

/* Records a response other than 429. in_flight includes its request. */
void concurrency_limit_accepted(concurrency_limit *l, int in_flight);

/* Records a 429 for a request that started in that round. Refusals of requests that were in flight
 * together count once. */
void concurrency_limit_refused(concurrency_limit *l, unsigned round, int in_flight);

#endif
