#include "events.h"

#include <stddef.h>

void events_add(events *e, transfer *t, int what) {
  if (!e->observed)
    return;
  if (t->events == 0) {
    if (e->last != NULL)
      e->last->next_event = t;
    else
      e->first = t;
    e->last = t;
    t->next_event = NULL;
  }
  t->events |= what;
}

transfer *events_take(events *e, int *what) {
  transfer *t = e->first;
  if (t == NULL)
    return NULL;
  e->first = t->next_event;
  if (e->first == NULL)
    e->last = NULL;
  *what = t->events;
  t->events = 0;
  t->next_event = NULL;
  return t;
}

void events_clear(events *e) {
  int what;
  while (events_take(e, &what) != NULL)
    ;
}

void events_drop(events *e, transfer *t) {
  if (t->events == 0)
    return;
  transfer *before = NULL;
  for (transfer *other = e->first; other != t; other = other->next_event)
    before = other;
  if (before != NULL)
    before->next_event = t->next_event;
  else
    e->first = t->next_event;
  if (e->last == t)
    e->last = before;
  t->events = 0;
  t->next_event = NULL;
}
