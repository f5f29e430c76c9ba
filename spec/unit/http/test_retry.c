#include "retry.h"

#include "check.h"

static const retry_policy POLICY = {
    .attempts = 5, .base_ms = 500, .cap_ms = 30000, .deadline_ms = 120000};

/* A GET after its first attempt. */
static const retry_case FIRST = {
    .repeatable = true, .sent = true, .attempts = 1, .left_ms = 120000, .retry_after_ms = -1};

static retry_verdict judge(retry_case c) {
  int64_t wait;
  return retry_judge(&POLICY, &c, 0, &wait);
}

static int64_t wait_of(const retry_policy *policy, retry_case c, uint64_t random) {
  int64_t wait = -1;
  (void)retry_judge(policy, &c, random, &wait);
  return wait;
}

static void statuses(void) {
  static const long passing[] = {408, 429, 500, 502, 503, 504};
  static const long final[] = {200, 204, 301, 400, 401, 403, 404, 409, 422, 501, 505};
  test("a GET is tried again after a status that may pass");
  for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
    retry_case c = FIRST;
    c.status = passing[i];
    CHECK_INT(RETRY_AGAIN, judge(c));
  }
  test("and not after any other");
  for (size_t i = 0; i < sizeof final / sizeof *final; i++) {
    retry_case c = FIRST;
    c.status = final[i];
    c.passing = true; /* only means anything where there is no status */
    CHECK_INT(RETRY_FINAL, judge(c));
  }
  test("what changes something is tried again after 429 only, for that was never acted upon");
  for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
    retry_case c = FIRST;
    c.repeatable = false;
    c.status = passing[i];
    CHECK_INT(passing[i] == 429 ? RETRY_AGAIN : RETRY_UNSAFE, judge(c));
    CHECK_INT(passing[i] == 429, retry_is_limited(passing[i]));
  }
}

static void failures(void) {
  retry_case c = FIRST;
  test("a failure that does not pass is final");
  CHECK_INT(RETRY_FINAL, judge(c));
  test("a GET whose failure may pass is tried again");
  c.passing = true;
  CHECK_INT(RETRY_AGAIN, judge(c));
  test("what changes something is not, if it may have left");
  c.repeatable = false;
  CHECK_INT(RETRY_UNSAFE, judge(c));
  test("and is, if it never left");
  c.sent = false;
  CHECK_INT(RETRY_AGAIN, judge(c));
  test("a failure that does not pass is final even if nothing left");
  c.passing = false;
  CHECK_INT(RETRY_FINAL, judge(c));
}

static void backoff(void) {
  static const int64_t whole[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
  retry_policy many = POLICY;
  retry_case c = FIRST;
  many.attempts = 1000;
  c.status = 503;
  test("the wait is between nothing and a bound that doubles, up to the cap");
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
    c.attempts = (int)i + 1;
    int64_t least = INT64_MAX, most = -1;
    for (uint64_t random = 0; random <= 30000; random++) {
      int64_t wait = wait_of(&many, c, random);
      least = wait < least ? wait : least;
      most = wait > most ? wait : most;
    }
    CHECK_INT(0, least);
    CHECK_INT(whole[i], most);
    CHECK(wait_of(&many, c, UINT64_MAX) <= whole[i]);
  }
  test("many attempts do not overflow it");
  c.attempts = 999;
  CHECK_INT(30000, wait_of(&many, c, 30000));
  test("a cap below the base bounds the first wait");
  many.cap_ms = 100;
  c.attempts = 1;
  CHECK_INT(100, wait_of(&many, c, 100));
  test("without a base there is no wait");
  many.base_ms = 0;
  CHECK_INT(0, wait_of(&many, c, 12345));
}

static void retry_after(void) {
  retry_case c = FIRST;
  c.status = 429;
  test("Retry-After is waited for, with up to the base on top");
  c.retry_after_ms = 7000;
  CHECK_INT(7000, wait_of(&POLICY, c, 0));
  CHECK_INT(7500, wait_of(&POLICY, c, 500));
  test("Retry-After of 0 is now");
  c.retry_after_ms = 0;
  CHECK_INT(0, wait_of(&POLICY, c, 0));
  test("one at the cap is waited for, one above ends it");
  c.retry_after_ms = POLICY.cap_ms;
  CHECK_INT(RETRY_AGAIN, judge(c));
  c.retry_after_ms = POLICY.cap_ms + 1;
  CHECK_INT(RETRY_AFTER_LONG, judge(c));
  test("it does not make a second attempt safe");
  c.status = 503;
  c.repeatable = false;
  c.retry_after_ms = 1000;
  CHECK_INT(RETRY_UNSAFE, judge(c));
}

static void ends(void) {
  retry_case c = FIRST;
  c.status = 503;
  test("there are as many attempts as allowed");
  c.attempts = POLICY.attempts - 1;
  CHECK_INT(RETRY_AGAIN, judge(c));
  c.attempts = POLICY.attempts;
  CHECK_INT(RETRY_ATTEMPTS, judge(c));
  test("none begins at the deadline or after it");
  c.attempts = 1;
  c.left_ms = 1;
  CHECK_INT(RETRY_AGAIN, judge(c));
  c.left_ms = 0;
  CHECK_INT(RETRY_DEADLINE, judge(c));
  test("a deadline that is over is the reason, not the number of attempts");
  c.attempts = POLICY.attempts;
  CHECK_INT(RETRY_DEADLINE, judge(c));
  c.attempts = 1;
  test("a wait that would end after the deadline is not begun");
  c.retry_after_ms = 10000;
  c.left_ms = 10000;
  CHECK_INT(RETRY_DEADLINE, judge(c));
  c.left_ms++;
  CHECK_INT(RETRY_AGAIN, judge(c));
}

static void words(void) {
  test("each verdict but one has a word");
  CHECK_TEXT(NULL, retry_word(RETRY_AGAIN));
  CHECK_TEXT("final", retry_word(RETRY_FINAL));
  CHECK_TEXT("unsafe", retry_word(RETRY_UNSAFE));
  CHECK_TEXT("attempts", retry_word(RETRY_ATTEMPTS));
  CHECK_TEXT("deadline", retry_word(RETRY_DEADLINE));
  CHECK_TEXT("retry_after", retry_word(RETRY_AFTER_LONG));
  CHECK_TEXT("closed", retry_word(RETRY_DRAINED));
}

void test_retry(void);
void test_retry(void) {
  statuses();
  failures();
  backoff();
  retry_after();
  ends();
  words();
}
