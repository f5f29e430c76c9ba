#include "concurrency_limit.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* A probe above a known limit is made after this many round trips. It costs at most one refusal in
 * some hundred requests, and detects that the server's limit was raised. */
static const double PROBE_AFTER = 100;

/* A raised ceiling that met no refusal for this many round trips is raised again. */
static const double PROBE_HELD = 2;

/* The bucket's size in seconds of its rate, which bounds a burst. */
static const double BUCKET_SECONDS = 0.1;

static const double LONGEST_MS = 1e12;

void concurrency_limit_open(concurrency_limit *l, int most, double rate) {
  *l = (concurrency_limit){.most = most,
                           .allowance = INT_MAX,
                           .window = most,
                           .ceiling = most,
                           .rate = rate,
                           .tokens = 1};
}

int concurrency_limit_room(const concurrency_limit *l) {
  return (int)l->window < l->allowance ? (int)l->window : l->allowance;
}

static void refill(concurrency_limit *l, int64_t now) {
  double most = fmax(1, l->rate * BUCKET_SECONDS);
  if (l->filled != 0)
    l->tokens = fmin(most, l->tokens + (double)(now - l->filled) * l->rate / 1000);
  l->filled = now;
}

bool concurrency_limit_take(concurrency_limit *l, int in_flight, int64_t now) {
  if (in_flight >= concurrency_limit_room(l))
    return false;
  if (l->rate <= 0)
    return true;
  refill(l, now);
  if (l->tokens < 1)
    return false;
  l->tokens -= 1;
  return true;
}

int64_t concurrency_limit_wait(concurrency_limit *l, int64_t now) {
  if (l->rate <= 0)
    return 0;
  refill(l, now);
  /* An integer has room for the time, whatever the rate. */
  return l->tokens >= 1 ? 0 : (int64_t)fmin(ceil((1 - l->tokens) * 1000 / l->rate), LONGEST_MS);
}

static void raise_ceiling(concurrency_limit *l) {
  l->ceiling = fmin(l->most, l->ceiling + 1);
  l->calm = 0;
  l->probing = true;
}

void concurrency_limit_accepted(concurrency_limit *l, int in_flight) {
  /* A window that is not filled is no evidence of what the server accepts. */
  if (in_flight < (int)l->window || (l->window >= l->most && !l->probing))
    return;
  if (l->window < l->ceiling) {
    l->window = fmin(l->ceiling, l->window + 1 / l->window);
    return;
  }
  l->calm += 1 / l->window;
  if (l->calm < (l->probing ? PROBE_HELD : PROBE_AFTER))
    return;
  if (l->ceiling < l->most)
    raise_ceiling(l);
  else
    l->probing = false;
}

void concurrency_limit_refused(concurrency_limit *l, unsigned round, int in_flight) {
  if (round != l->round)
    return;
  l->round++;
  l->calm = 0;
  if (l->probing) { /* the probe was refused: the old ceiling was right */
    l->probing = false;
    l->ceiling = fmax(1, l->ceiling - 1);
    l->window = l->ceiling;
    return;
  }
  bool known = l->ceiling < l->most, again = abs(in_flight - l->refused_at) <= 1;
  int lower = in_flight < l->refused_at ? in_flight : l->refused_at;
  l->ceiling = again && !known ? fmax(1, lower - 1) : l->most;
  l->refused_at = in_flight;
  l->window = fmax(1, floor(in_flight / 2.0));
}
