/* The queues of a scheduler: transfers that are ready to start, that wait for a time, that run, by their
 * next time limit, and that have finished. Moves transfers between them; what starts and what follows an
 * attempt is the scheduler's to decide. */
#ifndef TN_TRANSFER_QUEUES_H
#define TN_TRANSFER_QUEUES_H

#include "timer_heap.h"
#include "transfer_list.h"

/* The transfers are borrowed. */
typedef struct transfer_queues {
  transfer_list ready;    /* to start, in that order */
  timer_heap timers;      /* waiting for a time, or ready until their time is over */
  timer_heap limits;      /* running, by their next time limit */
  transfer_list finished; /* not taken yet, in order of completion */
  int open_count;         /* waiting or running */
  int pause_count;        /* of these, how many are pauses */
} transfer_queues;

/* Reserves a place for one transfer more than are open, so that a retry cannot run out of memory. False when
 * out of memory. */
bool transfer_queues_reserve(transfer_queues *q);

/* Adds a prepared request, which is ready. There must be a place. */
void transfer_queues_add(transfer_queues *q, transfer *t);

/* Adds a pause, which ends at that time. There must be a place. */
void transfer_queues_sleep(transfer_queues *q, transfer *t, int64_t time);

/* The transfer waits for that time. */
void transfer_queues_wait(transfer_queues *q, transfer *t, int64_t time);

/* The transfer gets a timer or a limit at that time, or none if that is TIME_LIMIT_NONE. */
void transfer_queues_set_timer(timer_heap *h, transfer *t, int64_t time);

/* The transfer is not open any more. It is in no timer_heap then, but may be in a list. */
void transfer_queues_leave(transfer_queues *q, transfer *t);

/* The transfer, which is open, has finished. */
void transfer_queues_finish(transfer_queues *q, transfer *t);

/* The same for one whose turn has not come in time. An earlier attempt's failure is more informative than
 * that. */
void transfer_queues_expire(transfer_queues *q, transfer *t);

/* The same for a waiting request that gets no further attempt, for the engine is drained. */
void transfer_queues_hold_back(transfer_queues *q, transfer *t);

/* Holds back all waiting requests. */
void transfer_queues_drain(transfer_queues *q);

/* Finishes all of a list, for that reason. One that waits after a failed attempt keeps that failure. */
void transfer_queues_finish_list(transfer_queues *q, transfer_list *list, transfer_failure reason);

/* The same for all that wait. */
void transfer_queues_finish_waiting(transfer_queues *q, transfer_failure reason);

/* The earliest time of a timer or a limit, in monotonic ms; TIME_LIMIT_NONE for none. */
int64_t transfer_queues_next(const transfer_queues *q);

/* Frees the queues' own memory, not the transfers. */
void transfer_queues_free(transfer_queues *q);

#endif
