#include "concurrency_limit.h"

#include <limits.h>

#include "check.h"

static concurrency_limit opened(int most, double rate) {
  concurrency_limit l;
  concurrency_limit_open(&l, most, rate);
  return l;
}

static int room(const concurrency_limit *l) {
  return concurrency_limit_room(l);
}

/* So many answers that were no refusals, each with the window in use. */
static void accept(concurrency_limit *l, int answers) {
  for (int i = 0; i < answers; i++)
    concurrency_limit_accepted(l, room(l));
}

/* Answers until the room is as wanted; how many it took, or -1 if that is more than most. */
static int accept_until(concurrency_limit *l, int wanted, int most) {
  for (int i = 0; i <= most; i++) {
    if (room(l) == wanted)
      return i;
    accept(l, 1);
  }
  return -1;
}

static void refuse(concurrency_limit *l, int in_flight) {
  concurrency_limit_refused(l, l->round, in_flight);
}

static void window(void) {
  concurrency_limit l = opened(16, 0);
  test("as many as the user allows may be in flight at first");
  CHECK_INT(16, room(&l));
  CHECK(concurrency_limit_take(&l, 15, 1));
  CHECK(!concurrency_limit_take(&l, 16, 1));

  test("a refusal halves the window");
  refuse(&l, 16);
  CHECK_INT(8, room(&l));

  test("refusals of the same round are one refusal");
  for (int i = 0; i < 15; i++)
    concurrency_limit_refused(&l, 0, 16 - i);
  CHECK_INT(8, room(&l));

  test("a refusal of the next round halves again, down to one");
  refuse(&l, 8);
  CHECK_INT(4, room(&l));
  refuse(&l, 1);
  CHECK_INT(1, room(&l));
  refuse(&l, 1);
  CHECK_INT(1, room(&l));

  test("half of an odd number is rounded down");
  l = opened(9, 0);
  refuse(&l, 7);
  CHECK_INT(3, room(&l));
}

static void growth(void) {
  concurrency_limit l = opened(16, 0);
  refuse(&l, 16);
  test("the window grows by one in about a round trip of answers");
  int answers = accept_until(&l, 9, 100);
  CHECK(answers >= 8 && answers <= 10);

  test("a window that is not used does not grow");
  for (int i = 0; i < 1000; i++)
    concurrency_limit_accepted(&l, room(&l) - 1);
  CHECK_INT(9, room(&l));

  test("it grows to what the user allows and no further");
  CHECK(accept_until(&l, 16, 1000) >= 0);
  accept(&l, 10000);
  CHECK_INT(16, room(&l));
}

/* Refused twice at 8 in flight. */
static concurrency_limit at_known_limit(void) {
  concurrency_limit l = opened(16, 0);
  refuse(&l, 8);
  need(accept_until(&l, 8, 1000) >= 0, "growth");
  refuse(&l, 8);
  return l;
}

static void known_limit(void) {
  concurrency_limit l = opened(16, 0);
  refuse(&l, 8);
  test("one refusal is no limit: the window grows beyond it");
  CHECK(accept_until(&l, 9, 1000) >= 0);

  test("two refusals at the same number, or one beside, are: the window stays below");
  l = at_known_limit();
  CHECK_INT(4, room(&l));
  CHECK(accept_until(&l, 7, 1000) >= 0);
  accept(&l, 7 * 50);
  CHECK_INT(7, room(&l));

  test("two refusals at numbers apart are not");
  l = opened(16, 0);
  refuse(&l, 12);
  refuse(&l, 6);
  CHECK(accept_until(&l, 12, 1000) >= 0);

  test("a refusal below a limit that was known says that it was wrong");
  l = at_known_limit();
  refuse(&l, 3);
  CHECK_INT(1, room(&l));
  CHECK(accept_until(&l, 16, 2000) >= 0);
}

static void probing(void) {
  concurrency_limit l = at_known_limit();
  need(accept_until(&l, 7, 1000) >= 0, "the limit");
  test("after some hundred round trips without a refusal one more is tried");
  int answers = accept_until(&l, 8, 7 * 110);
  CHECK(answers >= 7 * 99);
  CHECK(l.probing);

  test("a refusal of it costs one, not half");
  refuse(&l, 8);
  CHECK_INT(7, room(&l));
  CHECK(!l.probing);

  test("what is borne is raised again soon, until the user's limit");
  need(accept_until(&l, 8, 7 * 110) >= 0, "another probe");
  CHECK(accept_until(&l, 9, 8 * 4) >= 0);
  CHECK(accept_until(&l, 16, 16 * 4 * 8) >= 0);
  accept(&l, 16 * 4);
  CHECK(!l.probing);
  accept(&l, 10000);
  CHECK_INT(16, room(&l));

  test("a probe that is refused at a limit of one stays at one");
  l = opened(2, 0);
  refuse(&l, 1);
  refuse(&l, 1);
  need(room(&l) == 1 && accept_until(&l, 2, 200) >= 0, "a probe at two");
  refuse(&l, 2);
  CHECK_INT(1, room(&l));
}

static void allowance(void) {
  concurrency_limit l = opened(16, 0);
  test("an allowance bounds what may be in flight, and is no bound if it is larger");
  l.allowance = 3;
  CHECK_INT(3, room(&l));
  CHECK(concurrency_limit_take(&l, 2, 1));
  CHECK(!concurrency_limit_take(&l, 3, 1));
  l.allowance = 0;
  CHECK(!concurrency_limit_take(&l, 0, 1));
  l.allowance = INT_MAX;
  CHECK_INT(16, room(&l));
}

/* How many start within that many milliseconds, asked at each. */
static int started(concurrency_limit *l, int64_t *now, int milliseconds) {
  int count = 0;
  for (int64_t end = *now + milliseconds; *now < end; (*now)++)
    while (count < 100000 && concurrency_limit_take(l, 0, *now))
      count++;
  return count;
}

static void rate(void) {
  int64_t now = 1000;
  concurrency_limit l = opened(16, 0);
  test("without a rate there is no wait");
  CHECK_INT(0, concurrency_limit_wait(&l, now));

  test("a rate of 10 a second lets one start at once and ten in each second after");
  l = opened(16, 10);
  CHECK_INT(0, concurrency_limit_wait(&l, now));
  CHECK_INT(1, started(&l, &now, 1));
  CHECK(started(&l, &now, 10000) - 100 <= 0);
  CHECK(started(&l, &now, 10000) >= 99);

  test("the wait is exact: at its end there is a token, just before there is none");
  int64_t wait = concurrency_limit_wait(&l, now);
  CHECK(wait > 0 && wait <= 100);
  CHECK(!concurrency_limit_take(&l, 0, now + wait - 1));
  CHECK(concurrency_limit_take(&l, 0, now + wait));
  now += wait;

  test("after a pause no more than a tenth of a second's requests start at once");
  l = opened(1000, 200);
  (void)started(&l, &now, 1000);
  now += 3600 * 1000;
  CHECK_INT(20, started(&l, &now, 1));

  test("a slow rate waits as long as it says");
  l = opened(16, 0.5);
  CHECK(concurrency_limit_take(&l, 0, now));
  CHECK_INT(2000, concurrency_limit_wait(&l, now));

  test("no token is taken if there is no room");
  now += 2000;
  CHECK(!concurrency_limit_take(&l, 16, now));
  CHECK(concurrency_limit_take(&l, 15, now));
}

static void tiny_rate(void) {
  concurrency_limit l;
  test("the wait is a time, however low the rate is");
  concurrency_limit_open(&l, 4, 1e-300);
  CHECK(concurrency_limit_take(&l, 0, 1000));
  CHECK(!concurrency_limit_take(&l, 0, 2000));
  CHECK(concurrency_limit_wait(&l, 2000) > 1000000000);
}

void test_concurrency_limit(void);
void test_concurrency_limit(void) {
  tiny_rate();
  window();
  growth();
  known_limit();
  probing();
  allowance();
  rate();
}
