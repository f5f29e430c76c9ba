#include "due.h"

#include <stdlib.h>

bool due_reserve(due_heap *h, size_t count) {
  if (count <= h->room)
    return true;
  size_t room = h->room < 16 ? 16 : h->room * 2;
  if (room < count)
    room = count;
  exchange **items = realloc(h->items, room * sizeof(exchange *));
  if (items == NULL)
    return false;
  h->items = items;
  h->room = room;
  return true;
}

/* Places count from 1, so that 0 is for those that are not in. */
static void put(due_heap *h, size_t place, exchange *x) {
  h->items[place - 1] = x;
  x->due_place = place;
}

static void rise(due_heap *h, size_t place, exchange *x) {
  for (; place > 1 && h->items[place / 2 - 1]->due > x->due; place /= 2)
    put(h, place, h->items[place / 2 - 1]);
  put(h, place, x);
}

static void sink(due_heap *h, size_t place, exchange *x) {
  for (size_t child; (child = place * 2) <= h->count; place = child) {
    if (child < h->count && h->items[child]->due < h->items[child - 1]->due)
      child++;
    if (h->items[child - 1]->due >= x->due)
      break;
    put(h, place, h->items[child - 1]);
  }
  put(h, place, x);
}

void due_add(due_heap *h, exchange *x) {
  rise(h, ++h->count, x);
}

void due_remove(due_heap *h, exchange *x) {
  size_t place = x->due_place;
  if (place == 0)
    return;
  x->due_place = 0;
  exchange *last = h->items[--h->count];
  if (last == x)
    return;
  if (place > 1 && h->items[place / 2 - 1]->due > last->due)
    rise(h, place, last);
  else
    sink(h, place, last);
}

exchange *due_first(const due_heap *h) {
  return h->count > 0 ? h->items[0] : NULL;
}

void due_free(due_heap *h) {
  free(h->items);
  *h = (due_heap){0};
}
