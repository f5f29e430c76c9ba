/* Lists of exchanges, each of which is in one of its engine's lists, or in none. */
#ifndef TN_EXCHANGE_LIST_H
#define TN_EXCHANGE_LIST_H

#include "exchange.h"

typedef struct exchange_list {
  exchange *first, *last;
} exchange_list;

/* Takes it out of the list that it is in, if any. */
void exchange_unlink(exchange *x);

/* Puts it at the end of that list, out of the one that it was in. */
void exchange_move(exchange *x, exchange_list *list);

/* The same at the list's start. */
void exchange_move_first(exchange *x, exchange_list *list);

#endif
