#include "pace.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* A limit that was met is tried again after so many round trips: one refusal in some hundred
 * requests is the price of noticing that it was raised. */
static const double PROBE_AFTER = 100;

/* A raised ceiling that was borne so long is raised again. */
static const double PROBE_HELD = 2;

/* What a bucket holds, in seconds of its rate: bursts are no longer than that. */
static const double BUCKET_SECONDS = 0.1;

void pace_open(pace *p, int limit, double rate) {
  *p = (pace){.limit = limit,
              .allowance = INT_MAX,
              .window = limit,
              .ceiling = limit,
              .rate = rate,
              .tokens = 1};
}

int pace_room(const pace *p) {
  return (int)p->window < p->allowance ? (int)p->window : p->allowance;
}

static void refill(pace *p, int64_t now) {
  double most = fmax(1, p->rate * BUCKET_SECONDS);
  if (p->filled != 0)
    p->tokens = fmin(most, p->tokens + (double)(now - p->filled) * p->rate / 1000);
  p->filled = now;
}

bool pace_take(pace *p, int in_flight, int64_t now) {
  if (in_flight >= pace_room(p))
    return false;
  if (p->rate <= 0)
    return true;
  refill(p, now);
  if (p->tokens < 1)
    return false;
  p->tokens -= 1;
  return true;
}

int64_t pace_patience(pace *p, int64_t now) {
  if (p->rate <= 0)
    return 0;
  refill(p, now);
  return p->tokens >= 1 ? 0 : (int64_t)ceil((1 - p->tokens) * 1000 / p->rate);
}

static void raise_ceiling(pace *p) {
  p->ceiling = fmin(p->limit, p->ceiling + 1);
  p->calm = 0;
  p->probing = true;
}

void pace_accepted(pace *p, int in_flight) {
  /* A window that is not used says nothing about what the server bears. */
  if (in_flight < (int)p->window || (p->window >= p->limit && !p->probing))
    return;
  if (p->window < p->ceiling) {
    p->window = fmin(p->ceiling, p->window + 1 / p->window);
    return;
  }
  p->calm += 1 / p->window;
  if (p->calm < (p->probing ? PROBE_HELD : PROBE_AFTER))
    return;
  if (p->ceiling < p->limit)
    raise_ceiling(p);
  else
    p->probing = false;
}

void pace_refused(pace *p, unsigned round, int in_flight) {
  if (round != p->round)
    return;
  p->round++;
  p->calm = 0;
  if (p->probing) { /* just one too many, as was to be found out */
    p->probing = false;
    p->ceiling = fmax(1, p->ceiling - 1);
    p->window = p->ceiling;
    return;
  }
  bool known = p->ceiling < p->limit, again = abs(in_flight - p->refused_at) <= 1;
  int lower = in_flight < p->refused_at ? in_flight : p->refused_at;
  p->ceiling = again && !known ? fmax(1, lower - 1) : p->limit;
  p->refused_at = in_flight;
  p->window = fmax(1, floor(in_flight / 2.0));
}
