#include "events.h"

#include <stddef.h>

void events_add(events *n, transfer *t, int what) {
  if (!n->observed)
    return;
  if (t->events == 0) {
    if (n->last != NULL)
      n->last->next_event = t;
    else
      n->first = t;
    n->last = t;
    t->next_event = NULL;
  }
  t->events |= what;
}

transfer *events_take(events *n, int *what) {
  transfer *t = n->first;
  if (t == NULL)
    return NULL;
  n->first = t->next_event;
  if (n->first == NULL)
    n->last = NULL;
  *what = t->events;
  t->events = 0;
  t->next_event = NULL;
  return t;
}

void events_clear(events *n) {
  int what;
  while (events_take(n, &what) != NULL)
    ;
}

void events_drop(events *n, transfer *t) {
  if (t->events == 0)
    return;
  transfer *before = NULL;
  for (transfer *y = n->first; y != t; y = y->next_event)
    before = y;
  if (before != NULL)
    before->next_event = t->next_event;
  else
    n->first = t->next_event;
  if (n->last == t)
    n->last = before;
  t->events = 0;
  t->next_event = NULL;
}
