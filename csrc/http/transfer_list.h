/* Lists of transfers, each of which is in one of its engine's lists, or in none. */
#ifndef TN_TRANSFER_LIST_H
#define TN_TRANSFER_LIST_H

#include "transfer.h"

typedef struct transfer_list {
  transfer *first, *last;
} transfer_list;

/* Takes it out of the list that it is in, if any. */
void transfer_unlink(transfer *t);

/* Puts it at the end of that list, out of the one that it was in. */
void transfer_move(transfer *t, transfer_list *list);

/* The same at the list's start. */
void transfer_move_first(transfer *t, transfer_list *list);

#endif
