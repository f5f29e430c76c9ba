/* Doubly linked lists of transfers. A transfer is in one list at most. The transfers are
 * borrowed. */
#ifndef TN_TRANSFER_LIST_H
#define TN_TRANSFER_LIST_H

#include "transfer.h"

typedef struct transfer_list {
  transfer *first, *last;
} transfer_list;

/* Removes it from its list, if it is in one. */
void transfer_unlink(transfer *t);

/* Moves it to the end of that list, out of the one that it was in. */
void transfer_move(transfer *t, transfer_list *list);

/* Moves it to the start. */
void transfer_move_first(transfer *t, transfer_list *list);

#endif
