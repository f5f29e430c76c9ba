#include "exchange_list.h"

void exchange_unlink(exchange *x) {
  exchange_list *list = x->list;
  if (list == NULL)
    return;
  if (x->previous != NULL)
    x->previous->next = x->next;
  else
    list->first = x->next;
  if (x->next != NULL)
    x->next->previous = x->previous;
  else
    list->last = x->previous;
  x->previous = x->next = NULL;
  x->list = NULL;
}

void exchange_move(exchange *x, exchange_list *list) {
  exchange_unlink(x);
  x->list = list;
  x->previous = list->last;
  if (list->last != NULL)
    list->last->next = x;
  else
    list->first = x;
  list->last = x;
}

void exchange_move_first(exchange *x, exchange_list *list) {
  exchange_unlink(x);
  x->list = list;
  x->next = list->first;
  if (list->first != NULL)
    list->first->previous = x;
  else
    list->last = x;
  list->first = x;
}
