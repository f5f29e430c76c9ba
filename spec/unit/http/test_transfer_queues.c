#include "transfer_queues.h"

#include "check.h"
#include "suites.h"
#include "time_limit.h"

static settings options = {.timeout_ms = 1000, .connect_timeout_ms = 1000, .response_limit = 1000};
static sockets opened;

/* A request that waits for that time; 0 for one that is ready. */
static transfer *waiting(transfer_queues *q, int64_t time) {
  transfer *t = transfer_new(&options, &opened);
  need(t != NULL && transfer_queues_reserve(q), "a transfer");
  transfer_queues_add(q, t);
  if (time > 0)
    transfer_queues_wait(q, t, time);
  return t;
}

static transfer *pausing(transfer_queues *q, int64_t time) {
  transfer *t = transfer_new_timer();
  need(t != NULL && transfer_queues_reserve(q), "a pause");
  transfer_queues_sleep(q, t, time);
  return t;
}

static void free_finished(transfer_queues *q) {
  for (transfer *t; (t = q->finished.first) != NULL;) {
    transfer_unlink(t);
    transfer_free(t);
  }
  transfer_queues_free(q);
}

static int length_of(const transfer_list *list) {
  int length = 0;
  for (const transfer *t = list->first; t != NULL; t = t->next)
    length++;
  return length;
}

static void draining(void) {
  transfer_queues q = {0};
  transfer *pause = pausing(&q, 5);
  transfer *ready = waiting(&q, 0), *failed = waiting(&q, 1);
  for (int64_t time = 2; time < 12; time++)
    (void)waiting(&q, time);
  failed->attempts = 1;
  transfer_end(failed, TRANSFER_FAILED, CURLE_COULDNT_CONNECT);
  transfer_failure before = failed->failure;
  test("draining finishes all requests that wait, and leaves the pauses");
  transfer_queues_drain(&q);
  CHECK(q.open_count == 1 && q.pause_count == 1 && length_of(&q.finished) == 12);
  CHECK(timer_heap_first(&q.timers) == pause && q.finished.first == ready);
  CHECK_INT(5, transfer_queues_next(&q));
  test("of a request that failed before, the failure is kept");
  CHECK(ready->failure == TRANSFER_DRAINED && failed->failure == before);
  CHECK_INT(RETRY_DRAINED, failed->schedule.verdict);

  test("all that wait are finished at the end");
  transfer_queues_finish_waiting(&q, TRANSFER_ENGINE_CLOSED);
  CHECK(q.open_count == 0 && q.pause_count == 0 && q.timers.count == 0);
  CHECK_INT(TRANSFER_ENGINE_CLOSED, pause->failure);
  CHECK(transfer_queues_next(&q) == TIME_LIMIT_NONE);
  free_finished(&q);
}

static void expiring(void) {
  transfer_queues q = {0};
  transfer *fresh = waiting(&q, 7), *failed = waiting(&q, 8);
  failed->attempts = 1;
  transfer_end(failed, TRANSFER_FAILED, CURLE_COULDNT_CONNECT);
  test("one whose time is over is late, unless an earlier attempt says more");
  fresh->schedule.deadline = failed->schedule.deadline = 9;
  transfer_queues_expire(&q, fresh);
  transfer_queues_expire(&q, failed);
  CHECK_INT(TRANSFER_LATE, fresh->failure);
  CHECK_INT(TRANSFER_FAILED, failed->failure);
  CHECK(fresh->schedule.verdict == RETRY_DEADLINE && failed->schedule.verdict == RETRY_DEADLINE);
  CHECK_INT(0, q.open_count);
  free_finished(&q);
}

static void tokens(void) {
  transfer_queues q = {0};
  transfer *t = waiting(&q, 7);
  pacer *p = pacer_new(1);
  need(p != NULL, "a pacer");
  t->schedule.pacer = pacer_hold(p);
  (void)pacer_take(p, 1000);
  int64_t taken = pacer_take(p, 1000);
  t->schedule.has_token = true;
  test("one that leaves gives its token back");
  transfer_queues_leave(&q, t);
  CHECK(!t->schedule.has_token && q.open_count == 0);
  CHECK_INT(taken, pacer_take(p, 1000));
  pacer_release(p);
  transfer_unlink(t);
  transfer_free(t);
  transfer_queues_free(&q);
}

void test_transfer_queues(void) {
  draining();
  expiring();
  tokens();
}
