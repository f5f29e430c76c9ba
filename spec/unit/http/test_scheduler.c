#include "scheduler.h"

#include <sys/socket.h>

#include "check.h"
#include "clock.h"

/* Requests that are never sent: the limit lets none start, unless a test says so. */
static const retry_policy POLICY = {
    .attempts = 3, .base_ms = 0, .cap_ms = 30000, .deadline_ms = 120000};

static settings options = {.timeout_ms = 60000,
                           .connect_timeout_ms = 60000,
                           .response_limit = 1000,
                           .http_version = CURL_HTTP_VERSION_1_1};
static const transfer_request NO_LIMITS = {0};
static multi carrier;

static void open_all(scheduler *s) {
  multi_init(&carrier);
  need(multi_open(&carrier, &options, 4), "libcurl");
  scheduler_init(s, &carrier);
  scheduler_set(s, &POLICY, 4, 0);
  s->limit.allowance = 0;
}

static void close_all(scheduler *s) {
  multi_close(&carrier);
  scheduler_free(s);
}

/* A port of this machine at which nothing listens refuses at once. */
static transfer *prepared(void) {
  transfer *t = transfer_new(&options, &carrier.sockets);
  const transfer_request request = {
      .method = "GET", .url = "http://127.0.0.1:1/", .timeout_ms = 60000};
  need(t != NULL && transfer_prepare(t, &request) == CURLE_OK, "a transfer");
  return t;
}

static int length(const transfer_list *list) {
  int count = 0;
  for (const transfer *t = list->first; t != NULL; t = t->next)
    count++;
  return count;
}

/* Works until so many are finished; ends after 10 s in any case. */
static void work_until(scheduler *s, int finished) {
  int64_t end = monotonic_ms() + 10000;
  while (length(&s->queues.finished) < finished && monotonic_ms() < end) {
    scheduler_run(s);
    (void)multi_work(&carrier, 1, true);
  }
}

static void queueing(void) {
  scheduler s;
  open_all(&s);
  transfer *a = prepared(), *b = prepared();
  test("a request waits for its turn where the limit lets none start");
  CHECK(scheduler_add(&s, a, &NO_LIMITS) && scheduler_add(&s, b, &NO_LIMITS));
  CHECK(s.queues.ready.first == a && s.queues.ready.last == b);
  CHECK_INT(2, s.queues.open_count);
  CHECK_INT(0, a->attempts);
  CHECK_INT(a->schedule.deadline, scheduler_next(&s));
  CHECK_INT(2, scheduler_wanted(&s));

  test("as many start as the limit lets");
  s.limit.allowance = 1;
  CHECK(scheduler_next(&s) <= monotonic_ms());
  scheduler_run(&s);
  CHECK(a->state == TRANSFER_RUNNING && b->state == TRANSFER_WAITING);
  CHECK_INT(1, carrier.running_count);
  CHECK_INT(2, scheduler_wanted(&s));
  CHECK_INT(a->limits.connect_by, scheduler_next(&s));

  test("one that waits and one that runs are taken out");
  scheduler_remove(&s, b);
  transfer_unlink(b);
  scheduler_remove(&s, a);
  CHECK(s.queues.open_count == 0 && carrier.running_count == 0);
  transfer_free(a);
  transfer_free(b);
  close_all(&s);
}

static void adding(void) {
  scheduler s;
  open_all(&s);
  transfer *a = prepared(), *b = prepared();
  test("to add a request starts none that waits already, and so not the new one either");
  CHECK(scheduler_add(&s, a, &NO_LIMITS));
  s.limit.allowance = 2;
  CHECK(scheduler_add(&s, b, &NO_LIMITS));
  CHECK(a->state == TRANSFER_WAITING && b->state == TRANSFER_WAITING);
  CHECK(scheduler_next(&s) <= monotonic_ms());
  scheduler_run(&s);
  CHECK(a->state == TRANSFER_RUNNING && b->state == TRANSFER_RUNNING);
  scheduler_remove(&s, a);
  scheduler_remove(&s, b);

  test("nor one whose time to be sent again has come");
  transfer *again = prepared(), *c = prepared();
  s.limit.allowance = 0;
  CHECK(scheduler_add(&s, again, &NO_LIMITS));
  timer_heap_remove(&s.queues.timers, again);
  transfer_queues_wait(&s.queues, again, monotonic_ms());
  s.limit.allowance = 2;
  CHECK(scheduler_add(&s, c, &NO_LIMITS));
  CHECK(again->state == TRANSFER_WAITING && c->state == TRANSFER_WAITING);
  CHECK(scheduler_next(&s) <= monotonic_ms());
  scheduler_run(&s);
  CHECK(again->state == TRANSFER_RUNNING && c->state == TRANSFER_RUNNING);
  scheduler_remove(&s, again);
  scheduler_remove(&s, c);
  transfer_free(a);
  transfer_free(b);
  transfer_free(again);
  transfer_free(c);
  close_all(&s);
}

static void retries(void) {
  scheduler s;
  open_all(&s);
  transfer *t = prepared();
  test("a failure that may pass is tried again, as often as the policy says");
  s.limit.allowance = 4;
  s.events.observed = false;
  CHECK(scheduler_add(&s, t, &NO_LIMITS));
  work_until(&s, 1);
  CHECK(s.queues.finished.first == t);
  CHECK_INT(POLICY.attempts, t->attempts);
  CHECK_INT(RETRY_ATTEMPTS, t->schedule.verdict);
  CHECK_INT(CURLE_COULDNT_CONNECT, t->code);
  CHECK_INT(0, s.queues.open_count);
  CHECK(s.queues.finished.last == t);

  test("what ended for another reason than that its answer was final is not requested again");
  CHECK(!scheduler_retry(&s, t));
  transfer_free(t);
  close_all(&s);
}

static void observation(void) {
  scheduler s;
  int what = 0;
  open_all(&s);
  s.limit.allowance = 4;
  s.events.observed = true;
  transfer *t = prepared();
  test("an attempt whose end was not told keeps its failure: the next one waits");
  CHECK(scheduler_add(&s, t, &NO_LIMITS));
  int64_t end = monotonic_ms() + 10000;
  while (t->state != TRANSFER_WAITING && monotonic_ms() < end) {
    (void)multi_work(&carrier, 1, true);
    scheduler_judge(&s);
  }
  for (int i = 0; i < 3; i++)
    scheduler_run(&s);
  CHECK_INT(1, t->attempts);
  CHECK(t->ended);
  CHECK(events_take(&s.events, &what) == t && what == (EVENT_STARTED | EVENT_ENDED));
  scheduler_run(&s);
  CHECK_INT(2, t->attempts);
  scheduler_remove(&s, t);
  transfer_unlink(t);
  transfer_free(t);
  close_all(&s);
}

static void sleeping(void) {
  scheduler s;
  open_all(&s);
  transfer *now = transfer_new_timer(), *later = transfer_new_timer();
  need(now != NULL && later != NULL, "memory");
  test("those that wait for a time end when it comes, the soonest first");
  CHECK(scheduler_sleep(&s, later, 3600 * 1000));
  CHECK(scheduler_sleep(&s, now, 0));
  CHECK(scheduler_next(&s) <= monotonic_ms());
  scheduler_run(&s);
  CHECK(s.queues.finished.first == now && s.queues.finished.last == now);
  CHECK(scheduler_next(&s) > monotonic_ms() + 3500 * 1000);
  CHECK_INT(1, s.queues.open_count);
  test("one of them is taken out");
  scheduler_remove(&s, later);
  CHECK(s.queues.open_count == 0 && scheduler_next(&s) == REACTOR_NEVER);
  transfer_free(now);
  transfer_free(later);
  close_all(&s);
}

static void draining(void) {
  scheduler s;
  open_all(&s);
  transfer *queued = prepared(), *waiting = prepared(), *late = prepared();
  transfer *pause = transfer_new_timer();
  need(pause != NULL, "memory");
  CHECK(scheduler_add(&s, waiting, &NO_LIMITS) && scheduler_add(&s, queued, &NO_LIMITS));
  CHECK(scheduler_sleep(&s, pause, 3600 * 1000));
  /* As one that waits for its second attempt. */
  transfer_unlink(waiting);
  timer_heap_remove(&s.queues.timers, waiting);
  waiting->attempts = 1;
  waiting->schedule.wake_at = monotonic_ms() + 1000;
  transfer_end(waiting, TRANSFER_FAILED, CURLE_COULDNT_CONNECT);
  timer_heap_add(&s.queues.timers, waiting);

  test("draining ends the requests that wait, as their last attempt did, and leaves pauses");
  scheduler_drain(&s, true);
  CHECK_INT(2, length(&s.queues.finished));
  CHECK_INT(TRANSFER_DRAINED, queued->failure);
  CHECK_INT(RETRY_DRAINED, queued->schedule.verdict);
  CHECK_INT(TRANSFER_FAILED, waiting->failure);
  CHECK_INT(RETRY_DRAINED, waiting->schedule.verdict);
  CHECK(timer_heap_first(&s.queues.timers) == pause && s.queues.timers.count == 1);

  test("what is added while draining ends at once and is never sent");
  s.limit.allowance = 4;
  CHECK(scheduler_add(&s, late, &NO_LIMITS));
  CHECK_INT(TRANSFER_DRAINED, late->failure);
  CHECK_INT(0, late->attempts);

  test("and starts again afterwards");
  scheduler_drain(&s, false);
  transfer *again = prepared();
  CHECK(scheduler_add(&s, again, &NO_LIMITS));
  CHECK_INT(1, again->attempts);

  test("a failure while draining is not tried again");
  scheduler_drain(&s, true);
  CHECK(again->state == TRANSFER_RUNNING);
  work_until(&s, 4);
  CHECK_INT(1, again->attempts);
  CHECK_INT(RETRY_DRAINED, again->schedule.verdict);

  scheduler_remove(&s, pause);
  transfer *const all[] = {queued, waiting, late, pause, again};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    transfer_unlink(all[i]);
    transfer_free(all[i]);
  }
  close_all(&s);
}

/* The heap's places: the pauses 1, 10 and 2 are above the requests 11, 12 and 3. Where 11 is taken
 * out, 3 takes the place of 10, which was searched before. */
static void draining_a_heap(void) {
  static const int times[] = {1, 10, 2, 11, 12, 3};
  scheduler s;
  open_all(&s);
  transfer *all[6];
  int64_t later = monotonic_ms() + 3600 * 1000;
  need(timer_heap_reserve(&s.queues.timers, 6), "memory");
  for (int i = 0; i < 6; i++) {
    all[i] = i < 3 ? transfer_new_timer() : prepared();
    need(all[i] != NULL, "memory");
    all[i]->state = TRANSFER_WAITING;
    all[i]->schedule.wake_at = later + times[i];
    timer_heap_add(&s.queues.timers, all[i]);
    s.queues.open_count++;
  }
  test("draining finds every request among the pauses, wherever a removal moves it");
  scheduler_drain(&s, true);
  CHECK_INT(3, length(&s.queues.finished));
  CHECK_INT(3, s.queues.timers.count);
  for (int i = 0; i < 6; i++) {
    CHECK_INT(i < 3 ? TRANSFER_WAITING : TRANSFER_FINISHED, all[i]->state);
    transfer_unlink(all[i]);
    transfer_free(all[i]);
  }
  close_all(&s);
}

static void waking(void) {
  scheduler s;
  open_all(&s);
  transfer *fresh = prepared(), *again = prepared();
  test("a request whose wait is over starts before those that never started");
  CHECK(scheduler_add(&s, fresh, &NO_LIMITS) && scheduler_add(&s, again, &NO_LIMITS));
  transfer_unlink(again);
  again->attempts = 1;
  again->schedule.wake_at = monotonic_ms();
  timer_heap_add(&s.queues.timers, again);
  scheduler_run(&s);
  CHECK(s.queues.ready.first == again && s.queues.ready.last == fresh);
  scheduler_remove(&s, again);
  scheduler_remove(&s, fresh);
  transfer_unlink(again);
  transfer_unlink(fresh);
  transfer_free(again);
  transfer_free(fresh);
  close_all(&s);
}

static void ending(void) {
  scheduler s;
  open_all(&s);
  transfer *queued = prepared(), *running = prepared(), *pause = transfer_new_timer();
  need(pause != NULL, "memory");
  s.limit.allowance = 1;
  CHECK(scheduler_add(&s, running, &NO_LIMITS) && scheduler_add(&s, queued, &NO_LIMITS));
  CHECK(scheduler_sleep(&s, pause, 3600 * 1000));
  CHECK(running->state == TRANSFER_RUNNING);
  test("all that wait or run are finished for one reason");
  multi_close(&carrier);
  scheduler_finish_all(&s, TRANSFER_ENGINE_CLOSED);
  CHECK_INT(3, length(&s.queues.finished));
  CHECK_INT(0, s.queues.open_count);
  transfer *const all[] = {queued, running, pause};
  for (size_t i = 0; i < 3; i++) {
    CHECK_INT(TRANSFER_FINISHED, all[i]->state);
    CHECK_INT(TRANSFER_ENGINE_CLOSED, all[i]->failure);
    transfer_unlink(all[i]);
    transfer_free(all[i]);
  }
  close_all(&s);
}

static const int64_t AT_ONCE = 0, SOON = 20, LATER = 60000;

/* Works until t is finished; ends after 10 s in any case. */
static void finish_one(scheduler *s, transfer *t) {
  int64_t end = monotonic_ms() + 10000;
  while (t->state != TRANSFER_FINISHED && monotonic_ms() < end) {
    scheduler_run(s);
    (void)multi_work(&carrier, 1, true);
    scheduler_limit(s);
    scheduler_judge(s);
  }
}

static void deadlines(void) {
  const transfer_request soon = {.deadline_ms = &SOON}, at_once = {.deadline_ms = &AT_ONCE};
  const transfer_request send_soon = {.send_by_ms = &SOON, .deadline_ms = &LATER};
  scheduler s;
  open_all(&s);
  test("a request whose turn does not come before its deadline ends, and was not sent");
  transfer *late = prepared(), *unsent = prepared(), *never = prepared();
  CHECK(scheduler_add(&s, late, &soon) && scheduler_add(&s, unsent, &send_soon));
  finish_one(&s, late);
  finish_one(&s, unsent);
  for (transfer *t = s.queues.finished.first; t != NULL; t = t->next) {
    CHECK(t->failure == TRANSFER_LATE && t->attempts == 0 && t->sends == 0);
    CHECK_INT(RETRY_DEADLINE, t->schedule.verdict);
    CHECK_TEXT("the deadline passed while waiting for its turn", t->message);
  }
  CHECK(s.queues.finished.first->next == s.queues.finished.last);
  CHECK(s.queues.timers.count == 0 && s.queues.limits.count == 0);

  test("a deadline that is over lets nothing start");
  s.limit.allowance = 4;
  CHECK(scheduler_add(&s, never, &at_once));
  CHECK(never->state == TRANSFER_FINISHED && never->attempts == 0);

  test("a limit is judged again when the turn comes, however late that is");
  s.limit.allowance = 0;
  transfer *stopped = prepared();
  CHECK(scheduler_add(&s, stopped, &NO_LIMITS));
  timer_heap_remove(&s.queues.timers, stopped); /* as if the process had been stopped */
  stopped->schedule.send_by = monotonic_ms() - 1;
  s.limit.allowance = 4;
  scheduler_run(&s);
  CHECK(stopped->state == TRANSFER_FINISHED && stopped->attempts == 0);
  transfer_free(late);
  transfer_free(unsent);
  transfer_free(never);
  transfer_free(stopped);
  close_all(&s);
}

/* The seconds from now to a transfer's deadline. */
static int deadline_of(const transfer *t) {
  return (int)((t->schedule.deadline - t->schedule.began) / 1000);
}

static void policies(void) {
  static const retry_policy own = {.attempts = 7, .deadline_ms = 10000, .has_own_deadline = true};
  const transfer_request with_own = {.policy = &own};
  scheduler s;
  open_all(&s);
  transfer *plain = prepared(), *special = prepared(), *slow = prepared(), *bound = prepared();
  slow->timeout_ms = bound->timeout_ms = 500000;
  CHECK(scheduler_add(&s, plain, &NO_LIMITS) && scheduler_add(&s, special, &with_own));
  CHECK(scheduler_add(&s, slow, &NO_LIMITS) && scheduler_add(&s, bound, &with_own));
  test("a request has the scheduler's policy, or its own");
  CHECK_INT(POLICY.attempts, plain->schedule.policy.attempts);
  CHECK_INT(120, deadline_of(plain));
  CHECK_INT(7, special->schedule.policy.attempts);
  CHECK_INT(10, deadline_of(special));
  test("a long attempt extends a deadline, unless that is the user's own");
  CHECK_INT(500, deadline_of(slow));
  CHECK_INT(10, deadline_of(bound));
  CHECK(slow->schedule.is_deadline_timeout);
  CHECK(!bound->schedule.is_deadline_timeout && !plain->schedule.is_deadline_timeout);
  scheduler_finish_all(&s, TRANSFER_ENGINE_CLOSED);
  transfer_free(plain);
  transfer_free(special);
  transfer_free(slow);
  transfer_free(bound);
  close_all(&s);
}

static void paces(void) {
  pacer *slow = pacer_new(0.001);
  need(slow != NULL, "memory");
  const transfer_request paced = {.pacer = slow, .deadline_ms = &LATER};
  scheduler s;
  open_all(&s);
  s.limit.allowance = 4;
  transfer *first = prepared(), *second = prepared(), *other = prepared();
  test("a request waits for its pacer, and others do not wait for it");
  CHECK(scheduler_add(&s, first, &paced) && scheduler_add(&s, second, &paced));
  CHECK(scheduler_add(&s, other, &NO_LIMITS));
  CHECK(first->attempts == 1 && second->attempts == 0 && other->attempts == 1);
  CHECK(second->state == TRANSFER_WAITING && second->list == NULL);
  CHECK_INT(3, slow->holders);

  test("its deadline comes before its turn");
  CHECK(second->schedule.wake_at == second->schedule.deadline);

  test("one that leaves gives its token back");
  double before = slow->tokens;
  scheduler_remove(&s, second);
  CHECK(!second->schedule.has_token && slow->tokens > before + 0.9);

  test("one that has started has used it");
  CHECK(!first->schedule.has_token);
  scheduler_finish_all(&s, TRANSFER_ENGINE_CLOSED);
  pacer_release(slow);
  transfer_free(first);
  transfer_free(second);
  transfer_free(other);
  close_all(&s);
}

static void limits(void) {
  scheduler s;
  open_all(&s);
  scheduler_set(&s, &(retry_policy){.attempts = 1, .deadline_ms = INT64_MAX}, 4, 0);
  transfer *t = prepared();
  test("an attempt ends when its time is over, whatever libcurl does");
  CHECK(scheduler_add(&s, t, &NO_LIMITS));
  CHECK(t->state == TRANSFER_RUNNING && s.queues.limits.count == 1 && s.queues.timers.count == 0);
  t->limits.ends = t->schedule.wake_at = monotonic_ms();
  scheduler_limit(&s);
  scheduler_judge(&s);
  CHECK(t->state == TRANSFER_FINISHED && t->failure == TRANSFER_LATE);
  CHECK_INT(CURLE_OPERATION_TIMEDOUT, t->code);
  CHECK_INT(0, s.queues.limits.count);

  test("one that came further than connecting has until its end");
  transfer *sent = prepared();
  CHECK(scheduler_add(&s, sent, &NO_LIMITS));
  sent->phase = PHASE_SENT;
  sent->schedule.wake_at = sent->limits.connect_by = monotonic_ms();
  scheduler_limit(&s);
  CHECK(sent->state == TRANSFER_RUNNING);
  CHECK_INT(sent->limits.ends, sent->schedule.wake_at);

  test("while sockets are ready that were not handled, it is looked at later");
  sent->limits.ends = sent->schedule.wake_at = monotonic_ms();
  carrier.reactor.is_behind = true;
  scheduler_limit(&s);
  CHECK(sent->state == TRANSFER_RUNNING && sent->list == &carrier.running);
  for (int i = 0; i < 200; i++)
    scheduler_limit(&s);
  CHECK(sent->list == &carrier.ended);
  scheduler_judge(&s);
  CHECK_INT(0, s.queues.open_count);
  transfer_free(t);
  transfer_free(sent);
  close_all(&s);
}

static void rate(void) {
  scheduler s;
  open_all(&s);
  scheduler_set(&s, &POLICY, 4, 0.0125);
  transfer *a = prepared(), *b = prepared();
  test("above the rate a request waits, and the scheduler says until when");
  CHECK(scheduler_add(&s, a, &NO_LIMITS) && scheduler_add(&s, b, &NO_LIMITS));
  CHECK(a->attempts == 1 && b->attempts == 0);
  int64_t wait = scheduler_next(&s) - monotonic_ms();
  CHECK(wait > 0 && wait <= 80000);
  transfer *pause = transfer_new_timer();
  need(pause != NULL && scheduler_sleep(&s, pause, 1), "a pause");
  CHECK(scheduler_next(&s) <= monotonic_ms() + 1);
  scheduler_remove(&s, pause);
  scheduler_remove(&s, a);
  scheduler_remove(&s, b);
  transfer_unlink(b);
  transfer_free(a);
  transfer_free(b);
  transfer_free(pause);
  close_all(&s);
}

static void no_memory(void) {
  scheduler s;
  open_all(&s);
  transfer *t = prepared(), *pause = transfer_new_timer();
  need(pause != NULL, "memory");
  test("out of memory nothing is added");
  memory_ends_after(0);
  CHECK(!scheduler_add(&s, t, &NO_LIMITS));
  CHECK(!scheduler_sleep(&s, pause, 0));
  memory_is_back();
  CHECK(s.queues.open_count == 0 && s.queues.ready.first == NULL && s.queues.timers.count == 0);
  transfer_free(t);
  transfer_free(pause);
  close_all(&s);
}

void test_scheduler(void);
void test_scheduler(void) {
  queueing();
  adding();
  retries();
  observation();
  sleeping();
  draining();
  draining_a_heap();
  waking();
  ending();
  policies();
  paces();
  deadlines();
  limits();
  rate();
  no_memory();
}
