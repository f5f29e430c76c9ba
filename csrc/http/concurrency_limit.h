/* How many requests may be in flight, and how soon the next may start. The number follows what
 * the server bears: halved when it refuses one for being too many (429), grown by one per round
 * trip. Where it refused twice at the same number, growth ends below that, and goes beyond only now
 * and then; a refusal below says that this was wrong. A rate, if set, is a bucket of tokens. */
#ifndef TN_CONCURRENCY_LIMIT_H
#define TN_CONCURRENCY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct concurrency_limit {
  int most;       /* what the user allows */
  int allowance;  /* what others leave to this client; no bound unless told */
  double window;  /* what may be in flight now; 1 to ceiling */
  double ceiling; /* as far as the window grows; the limit unless the server's own is known */
  int refused_at; /* how many were in flight at the last refusal; 0 if there was none */
  double calm;    /* round trips at the ceiling without a refusal */
  bool probing;   /* the ceiling was raised to find out whether more is borne */
  unsigned round; /* counts the refusals that were heeded */

  double rate; /* requests a second; 0 for no limit */
  double tokens;
  int64_t filled; /* monotonic ms */
} concurrency_limit;

void concurrency_limit_open(concurrency_limit *l, int most, double rate);

/* How many may be in flight now. */
int concurrency_limit_room(const concurrency_limit *l);

/* Whether one more may start beside those in flight. Takes a token if so. */
bool concurrency_limit_take(concurrency_limit *l, int in_flight, int64_t now);

/* Milliseconds until there is a token again; 0 if there is one. */
int64_t concurrency_limit_wait(concurrency_limit *l, int64_t now);

/* An answer came that was no refusal; in_flight counts it. */
void concurrency_limit_accepted(concurrency_limit *l, int in_flight);

/* A refusal came for a request that started in that round. Those that were in flight together are
 * one refusal. */
void concurrency_limit_refused(concurrency_limit *l, unsigned round, int in_flight);

#endif
