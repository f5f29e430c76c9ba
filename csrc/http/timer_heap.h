/* The transfers that wait for a time, soonest first: a binary heap. Holds, does not own. */
#ifndef TN_TIMER_HEAP_H
#define TN_TIMER_HEAP_H

#include "transfer.h"

typedef struct timer_heap {
  transfer **items;
  size_t count, room;
} timer_heap;

/* Makes room for so many, so that adding them cannot fail; false when out of memory. */
bool timer_heap_reserve(timer_heap *h, size_t count);

/* Adds it by its field due. */
void timer_heap_add(timer_heap *h, transfer *t);

/* Takes it out, if it is in. */
void timer_heap_remove(timer_heap *h, transfer *t);

/* The one that is due first, or NULL. */
transfer *timer_heap_first(const timer_heap *h);

void timer_heap_free(timer_heap *h);

#endif
