#include "admission.h"

#include "check.h"
#include "suites.h"

static const admission_load idle = {.others = 0, .connections = 0};

static admission_load load(int others, size_t connections) {
  return (admission_load){.others = others, .connections = connections};
}

static void leads(void) {
  static transfer first = {.handle.shares = true}, second = {.handle.shares = true}, own;
  admission a = {0};
  test("while nothing is known of the version, one goes ahead, and none that could share follows");
  CHECK(admission_may_lead(&a, &first, idle) && !admission_has_room(&a, &first, idle));
  a.leader = &first;
  CHECK(!admission_may_lead(&a, &second, load(1, 0)));
  CHECK(!admission_has_room(&a, &second, load(1, 0)));
  test("one that cannot share needs no lead");
  CHECK(!admission_may_lead(&a, &own, load(1, 0)) && admission_has_room(&a, &own, load(1, 0)));

  test("a connection that has not carried the leader's request is no news");
  CHECK(!admission_note_connection(&a) && a.leader == &first);
  test("as soon as it has, the others follow, but not more than a connection takes");
  first.sends = 1;
  CHECK(!admission_note_connection(&a) && a.leader == NULL);
  CHECK(a.version == VERSION_UNTOLD && !admission_may_lead(&a, &second, load(1, 1)));
  CHECK(admission_has_room(&a, &second, load(ADMISSION_STREAMS - 1, 1)));
  CHECK(!admission_has_room(&a, &second, load(ADMISSION_STREAMS, 1)));

  test("with a known version there is room, whatever has begun");
  a.version = VERSION_HTTP1;
  CHECK(admission_has_room(&a, &second, load(1000, 1)));
  test("without connections nothing is known");
  admission_reset(&a);
  CHECK(a.version == VERSION_UNKNOWN && admission_may_lead(&a, &second, idle));
}

static void openings(void) {
  static transfer own, shared = {.handle.shares = true};
  admission a = {.version = VERSION_HTTP1, .most_openings = 2};
  test("in a round so many connections are begun");
  admission_note_begin(&a, load(0, 0));
  admission_note_begin(&a, load(1, 0));
  CHECK(admission_is_opening_enough(&a, load(2, 1)) && !admission_has_room(&a, &own, load(2, 1)));
  test("a kept connection is none of them");
  CHECK(admission_has_room(&a, &own, load(0, 1)));
  a.openings = 0;
  admission_note_begin(&a, load(1, 3));
  CHECK_INT(0, a.openings);
  test("over HTTP/2 none is needed");
  a = (admission){.version = VERSION_HTTP2, .most_openings = 1, .openings = 1};
  CHECK(admission_has_room(&a, &shared, load(50, 1)));
  test("one that goes ahead counts, too");
  a.version = VERSION_UNKNOWN;
  CHECK(!admission_may_lead(&a, &shared, load(1, 1)));
}

void test_admission(void) {
  leads();
  openings();
}
