#include "events.h"

#include "check.h"

static bool next_is(events *n, const transfer *expected, int expected_what) {
  int what = 0;
  return events_take(n, &what) == expected && (expected == NULL || what == expected_what);
}

void test_events(void);
void test_events(void) {
  transfer a = {0}, b = {0}, c = {0};
  events n = {.observed = false};

  test("nothing is kept where nothing is observed");
  events_add(&n, &a, EVENT_STARTED);
  CHECK(a.events == 0 && next_is(&n, NULL, 0));

  test("each transfer is told once, in the order of its first event, with all of its events");
  n.observed = true;
  events_add(&n, &a, EVENT_STARTED);
  events_add(&n, &b, EVENT_STARTED);
  events_add(&n, &a, EVENT_ENDED);
  CHECK(next_is(&n, &a, EVENT_STARTED | EVENT_ENDED));
  CHECK(next_is(&n, &b, EVENT_STARTED));
  CHECK(next_is(&n, NULL, 0));
  CHECK(n.last == NULL);

  test("one that was told can have events again");
  events_add(&n, &a, EVENT_STARTED);
  CHECK(next_is(&n, &a, EVENT_STARTED));

  test("one is dropped from the start, the middle and the end");
  transfer *const all[] = {&a, &b, &c};
  for (int dropped = 0; dropped < 3; dropped++) {
    for (int i = 0; i < 3; i++)
      events_add(&n, all[i], EVENT_STARTED);
    events_drop(&n, all[dropped]);
    CHECK_INT(0, all[dropped]->events);
    for (int i = 0; i < 3; i++)
      CHECK(i == dropped || next_is(&n, all[i], EVENT_STARTED));
    CHECK(next_is(&n, NULL, 0));
  }

  test("the only one is dropped, and one without events is not missed");
  events_add(&n, &a, EVENT_ENDED);
  events_drop(&n, &b);
  events_drop(&n, &a);
  CHECK(n.first == NULL && n.last == NULL);

  test("all are forgotten at once");
  events_add(&n, &a, EVENT_STARTED);
  events_add(&n, &b, EVENT_STARTED);
  events_clear(&n);
  CHECK(n.first == NULL && n.last == NULL && a.events == 0 && b.events == 0);
}
