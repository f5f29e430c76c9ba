#include "transfer_list.h"

void transfer_unlink(transfer *t) {
  transfer_list *list = t->list;
  if (list == NULL)
    return;
  if (t->previous != NULL)
    t->previous->next = t->next;
  else
    list->first = t->next;
  if (t->next != NULL)
    t->next->previous = t->previous;
  else
    list->last = t->previous;
  t->previous = t->next = NULL;
  t->list = NULL;
}

void transfer_move(transfer *t, transfer_list *list) {
  transfer_unlink(t);
  t->list = list;
  t->previous = list->last;
  if (list->last != NULL)
    list->last->next = t;
  else
    list->first = t;
  list->last = t;
}

void transfer_move_first(transfer *t, transfer_list *list) {
  transfer_unlink(t);
  t->list = list;
  t->next = list->first;
  if (list->first != NULL)
    list->first->previous = t;
  else
    list->last = t;
  list->first = t;
}
