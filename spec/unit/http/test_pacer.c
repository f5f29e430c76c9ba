#include "pacer.h"

#include "check.h"
#include "suites.h"

void test_pacer(void) {
  pacer *slow = pacer_new(10), *quick = pacer_new(100), *slowest = pacer_new(1e-9);
  need(slow != NULL && quick != NULL && slowest != NULL, "memory");

  test("the first token is there, and the others come at the rate");
  CHECK_INT(0, pacer_take(slow, 1000));
  CHECK_INT(100, pacer_take(slow, 1000));
  CHECK_INT(200, pacer_take(slow, 1000));
  CHECK_INT(200, pacer_take(slow, 1100));

  test("a token that is given back shortens the wait of those who come");
  pacer_give_back(slow);
  pacer_give_back(slow);
  CHECK_INT(100, pacer_take(slow, 1100));

  test("a burst is a tenth of a second's tokens, however long nothing happened");
  CHECK_INT(0, pacer_take(quick, 1000));
  int at_once = 0;
  while (pacer_take(quick, 1000000) == 0)
    at_once++;
  CHECK_INT(10, at_once);

  test("a wait of any length is a number");
  CHECK_INT(0, pacer_take(slowest, 1));
  CHECK(pacer_take(slowest, 1) == 1000000000000);

  test("it is there until the last one that holds it is gone");
  CHECK(pacer_hold(slow) == slow);
  pacer_release(slow);
  CHECK_INT(1, slow->holders);
  pacer_release(slow);
  pacer_release(quick);
  pacer_release(slowest);
  pacer_release(NULL);
  CHECK(pacer_hold(NULL) == NULL);
}
