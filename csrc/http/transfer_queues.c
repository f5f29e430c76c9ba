#include "transfer_queues.h"

#include "time_limit.h"

bool transfer_queues_reserve(transfer_queues *q) {
  size_t count = (size_t)q->open_count + 1;
  return timer_heap_reserve(&q->timers, count) && timer_heap_reserve(&q->limits, count);
}

void transfer_queues_free(transfer_queues *q) {
  timer_heap_free(&q->timers);
  timer_heap_free(&q->limits);
}

/* Opening. */

void transfer_queues_set_timer(timer_heap *h, transfer *t, int64_t time) {
  t->schedule.wake_at = time;
  if (time != TIME_LIMIT_NONE)
    timer_heap_add(h, t);
}

void transfer_queues_add(transfer_queues *q, transfer *t) {
  t->state = TRANSFER_WAITING;
  transfer_move(t, &q->ready);
  q->open_count++;
}

void transfer_queues_wait(transfer_queues *q, transfer *t, int64_t time) {
  t->state = TRANSFER_WAITING;
  transfer_unlink(t);
  transfer_queues_set_timer(&q->timers, t, time);
}

void transfer_queues_sleep(transfer_queues *q, transfer *t, int64_t time) {
  transfer_queues_wait(q, t, time);
  q->open_count++;
  q->pause_count++;
}

/* Ending. */

void transfer_queues_leave(transfer_queues *q, transfer *t) {
  timer_heap_remove(t->state == TRANSFER_RUNNING ? &q->limits : &q->timers, t);
  if (t->schedule.has_token)
    pacer_give_back(t->schedule.pacer);
  t->schedule.has_token = false;
  q->open_count--;
  if (t->is_pause)
    q->pause_count--;
}

void transfer_queues_finish(transfer_queues *q, transfer *t) {
  transfer_queues_leave(q, t);
  transfer_finish(t);
  transfer_move(t, &q->finished);
}

void transfer_queues_expire(transfer_queues *q, transfer *t) {
  t->schedule.verdict = RETRY_DEADLINE;
  if (t->attempts == 0) {
    time_limit_end_waiting(t);
    transfer_end(t, TRANSFER_LATE, CURLE_OPERATION_TIMEDOUT);
  }
  transfer_queues_finish(q, t);
}

void transfer_queues_hold_back(transfer_queues *q, transfer *t) {
  t->schedule.verdict = RETRY_DRAINED;
  if (t->attempts == 0)
    transfer_end(t, TRANSFER_DRAINED, CURLE_OK);
  transfer_queues_finish(q, t);
}

/* The next request in the heap from that place on, skipping pauses. */
static transfer *next_request(const timer_heap *h, size_t *place) {
  while (*place < h->count && h->items[*place]->is_pause)
    (*place)++;
  return *place < h->count ? h->items[*place] : NULL;
}

void transfer_queues_drain(transfer_queues *q) {
  while (q->ready.first != NULL)
    transfer_queues_hold_back(q, q->ready.first);
  /* A removal may move a request to a place that was already searched, so each search starts
   * anew. */
  size_t place = 0;
  for (transfer *t; (t = next_request(&q->timers, &place)) != NULL; place = 0)
    transfer_queues_hold_back(q, t);
}

static void finish_for(transfer_queues *q, transfer *t, transfer_failure reason) {
  if (!t->ended)
    transfer_end(t, reason, CURLE_OK);
  transfer_queues_finish(q, t);
}

void transfer_queues_finish_list(transfer_queues *q, transfer_list *list, transfer_failure reason) {
  while (list->first != NULL)
    finish_for(q, list->first, reason);
}

void transfer_queues_finish_waiting(transfer_queues *q, transfer_failure reason) {
  transfer_queues_finish_list(q, &q->ready, reason);
  for (transfer *t; (t = timer_heap_first(&q->timers)) != NULL;)
    finish_for(q, t, reason);
}

/* Queries. */

static int64_t first_of(const timer_heap *h) {
  const transfer *t = timer_heap_first(h);
  return t != NULL ? t->schedule.wake_at : TIME_LIMIT_NONE;
}

int64_t transfer_queues_next(const transfer_queues *q) {
  int64_t timer = first_of(&q->timers), limit = first_of(&q->limits);
  return timer < limit ? timer : limit;
}
