#include "pacer.h"

#include <math.h>
#include <stdlib.h>

/* The bucket's size in seconds of its rate, which bounds a burst. */
static const double BUCKET_SECONDS = 0.1;

static const double LONGEST_MS = 1e12;

pacer *pacer_new(double rate) {
  pacer *p = malloc(sizeof *p);
  if (p != NULL)
    *p = (pacer){.holders = 1, .rate = rate, .tokens = 1};
  return p;
}

pacer *pacer_hold(pacer *p) {
  if (p != NULL)
    p->holders++;
  return p;
}

void pacer_release(pacer *p) {
  if (p != NULL && --p->holders == 0)
    free(p);
}

int64_t pacer_take(pacer *p, int64_t now) {
  if (p->filled != 0)
    p->tokens += (double)(now - p->filled) * p->rate / 1000;
  p->tokens = fmin(fmax(1, p->rate * BUCKET_SECONDS), p->tokens) - 1;
  p->filled = now;
  return p->tokens >= 0 ? 0 : (int64_t)fmin(ceil(-p->tokens * 1000 / p->rate), LONGEST_MS);
}

void pacer_give_back(pacer *p) {
  p->tokens += 1;
}
