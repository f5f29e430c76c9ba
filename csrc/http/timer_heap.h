/* A binary heap of transfers by their wake_at, earliest first. The transfers are borrowed. */
#ifndef TN_TIMER_HEAP_H
#define TN_TIMER_HEAP_H

#include "transfer.h"

typedef struct timer_heap {
  transfer **items; /* the array is owned */
  size_t count, room;
} timer_heap;

/* Makes room for count transfers, so that adding them cannot fail. False when out of memory. */
bool timer_heap_reserve(timer_heap *h, size_t count);

/* Adds a transfer by its wake_at. There must be room for it. */
void timer_heap_add(timer_heap *h, transfer *t);

/* Removes a transfer if it is in the heap. */
void timer_heap_remove(timer_heap *h, transfer *t);

/* The earliest, or NULL. */
transfer *timer_heap_first(const timer_heap *h);

void timer_heap_free(timer_heap *h);

#endif
