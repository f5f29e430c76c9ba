/* A queue of transfers that started or ended an attempt, for an observer. Without an observer
 * nothing is recorded. */
#ifndef TN_EVENTS_H
#define TN_EVENTS_H

#include "transfer.h"

enum { EVENT_STARTED = 1, EVENT_ENDED = 2 }; /* an attempt */

typedef struct events {
  bool observed;
  transfer *first, *last; /* borrowed; linked through next_event */
} events;

/* Records EVENT_STARTED or EVENT_ENDED. A transfer is queued once, with all of its events. */
void events_add(events *e, transfer *t, int what);

/* Removes the first transfer; *what gets its events. NULL if the queue is empty. */
transfer *events_take(events *e, int *what);

/* Removes all events. */
void events_clear(events *e);

/* Removes the events of one transfer. */
void events_drop(events *e, transfer *t);

#endif
