/* What an observer is told: which transfers began or ended an attempt, in order. Nothing is kept
 * where nobody observes. */
#ifndef TN_EVENTS_H
#define TN_EVENTS_H

#include "transfer.h"

enum { EVENT_STARTED = 1, EVENT_ENDED = 2 }; /* an attempt */

typedef struct events {
  bool observed;
  transfer *first, *last; /* linked through later */
} events;

/* Notes EVENT_STARTED or EVENT_ENDED. */
void events_add(events *n, transfer *t, int what);

/* The next transfer that has events, and what; NULL if there are none. */
transfer *events_take(events *n, int *what);

/* Forgets all there is. */
void events_clear(events *n);

/* Forgets what there is of this one. */
void events_drop(events *n, transfer *t);

#endif
