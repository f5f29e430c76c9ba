#include "timer_heap.h"

#include <stdlib.h>

bool timer_heap_reserve(timer_heap *h, size_t count) {
  if (count <= h->room)
    return true;
  size_t room = h->room < 16 ? 16 : h->room * 2;
  if (room < count)
    room = count;
  transfer **items = realloc(h->items, room * sizeof(transfer *));
  if (items == NULL)
    return false;
  h->items = items;
  h->room = room;
  return true;
}

/* Places count from 1; 0 means that a transfer is not in the heap. */
static void put(timer_heap *h, size_t place, transfer *t) {
  h->items[place - 1] = t;
  t->schedule.heap_place = place;
}

static void rise(timer_heap *h, size_t place, transfer *t) {
  for (; place > 1 && h->items[place / 2 - 1]->schedule.wake_at > t->schedule.wake_at; place /= 2)
    put(h, place, h->items[place / 2 - 1]);
  put(h, place, t);
}

static void sink(timer_heap *h, size_t place, transfer *t) {
  for (size_t child; (child = place * 2) <= h->count; place = child) {
    if (child < h->count &&
        h->items[child]->schedule.wake_at < h->items[child - 1]->schedule.wake_at)
      child++;
    if (h->items[child - 1]->schedule.wake_at >= t->schedule.wake_at)
      break;
    put(h, place, h->items[child - 1]);
  }
  put(h, place, t);
}

void timer_heap_add(timer_heap *h, transfer *t) {
  rise(h, ++h->count, t);
}

void timer_heap_remove(timer_heap *h, transfer *t) {
  size_t place = t->schedule.heap_place;
  if (place == 0)
    return;
  t->schedule.heap_place = 0;
  transfer *last = h->items[--h->count];
  if (last == t)
    return;
  if (place > 1 && h->items[place / 2 - 1]->schedule.wake_at > last->schedule.wake_at)
    rise(h, place, last);
  else
    sink(h, place, last);
}

transfer *timer_heap_first(const timer_heap *h) {
  return h->count > 0 ? h->items[0] : NULL;
}

void timer_heap_free(timer_heap *h) {
  free(h->items);
  *h = (timer_heap){0};
}
