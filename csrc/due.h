/* The exchanges that wait for a time, soonest first: a binary heap. Holds, does not own. */
#ifndef TN_DUE_H
#define TN_DUE_H

#include "exchange.h"

typedef struct due_heap {
  exchange **items;
  size_t count, room;
} due_heap;

/* Makes room for so many, so that adding them cannot fail; false when out of memory. */
bool due_reserve(due_heap *h, size_t count);

/* Adds it by its field due. */
void due_add(due_heap *h, exchange *x);

/* Takes it out, if it is in. */
void due_remove(due_heap *h, exchange *x);

/* The one that is due first, or NULL. */
exchange *due_first(const due_heap *h);

void due_free(due_heap *h);

#endif
