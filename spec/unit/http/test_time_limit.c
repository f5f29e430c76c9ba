#include "time_limit.h"

#include <string.h>

#include "check.h"
#include "failure.h"
#include "suites.h"
#include "transfer_request.h"

static settings options = {.timeout_ms = 1000, .connect_timeout_ms = 1000, .response_limit = 1000};
static sockets opened;

static transfer *with_deadline(int64_t deadline) {
  transfer *t = transfer_new(&options, &opened);
  const transfer_request request = {
      .method = "GET", .url = "http://127.0.0.1:1/", .timeout_ms = 1000};
  need(t != NULL && transfer_prepare(t, &request) == CURLE_OK, "a transfer");
  t->schedule.deadline = deadline;
  t->schedule.send_by = TIME_LIMIT_NONE;
  return t;
}

/* The milliseconds that the start of an attempt takes after the time that is left was computed. */
static void deadlines(void) {
  test("an attempt that starts late still ends at the deadline, and says so");
  for (int64_t late = 0; late < 3; late++) {
    transfer *t = with_deadline(1300);
    time_limit_begin(t, 300, 1000 + late);
    t->phase = PHASE_SENT;
    CHECK_INT(1300, time_limit_next(t, true));
    time_limit_end(t, t, 1300);
    CHECK_INT(TRANSFER_LATE, t->failure);
    CHECK(strcmp(failure_message(t), "the deadline passed while waiting for the answer") == 0);
    transfer_free(t);
  }
}

/* As the scheduler makes it where the user has set a timeout and no deadline. */
static void extended(void) {
  test("a deadline that is the attempt's timeout is named by its milliseconds");
  for (int64_t late = 0; late < 3; late++) {
    transfer *t = with_deadline(1300);
    t->schedule.began = 1000;
    t->schedule.is_deadline_timeout = true;
    t->attempts = 1;
    time_limit_begin(t, 300, 1000 + late);
    t->phase = PHASE_SENT;
    time_limit_end(t, t, 1300);
    CHECK_TEXT("300 ms passed while waiting for the answer", failure_message(t));
    transfer_free(t);
  }

  test("so it is where its turn does not come");
  transfer *t = with_deadline(1300);
  t->schedule.began = 1000;
  t->schedule.is_deadline_timeout = true;
  time_limit_end_waiting(t);
  CHECK_TEXT("300 ms passed while waiting for its turn", failure_message(t));
  test("a further attempt has not that time, and ends at the deadline");
  t->attempts = 2;
  time_limit_begin(t, 300, 1200);
  t->phase = PHASE_SENT;
  time_limit_end(t, t, 1300);
  CHECK_TEXT("the deadline passed while waiting for the answer", failure_message(t));
  transfer_free(t);
}

static void own_limits(void) {
  test("one with time left until the deadline ends at its own limit, and says so");
  transfer *t = with_deadline(9000);
  time_limit_begin(t, 300, 1000);
  t->phase = PHASE_SENT;
  CHECK_INT(1300, time_limit_next(t, true));
  time_limit_end(t, t, 1300);
  CHECK(strcmp(failure_message(t), "300 ms passed while waiting for the answer") == 0);
  transfer_free(t);

  test("without a connection, the limit of connecting comes first");
  t = with_deadline(9000);
  time_limit_begin(t, 3000, 1000);
  t->phase = PHASE_CONNECTING;
  CHECK_INT(2000, time_limit_next(t, false));
  CHECK_INT(4000, time_limit_next(t, true));
  transfer_free(t);
}

void test_time_limit(void) {
  deadlines();
  extended();
  own_limits();
}
