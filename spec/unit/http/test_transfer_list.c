#include "transfer_list.h"

#include "check.h"

/* The ids from the first on, as a number: 1, 2, 3 is 123. Its links backwards have to agree. */
static int ids(const transfer_list *list) {
  int number = 0;
  const transfer *before = NULL;
  for (const transfer *t = list->first; t != NULL; t = t->next) {
    if (t->previous != before || t->list != list)
      return -1;
    number = number * 10 + t->id;
    before = t;
  }
  return list->last == before ? number : -1;
}

void test_transfer_list(void);
void test_transfer_list(void) {
  transfer_list a = {0}, b = {0};
  transfer t[4] = {{.id = 0}, {.id = 1}, {.id = 2}, {.id = 3}};

  test("one is put at the end, or at the start");
  transfer_move(&t[1], &a);
  transfer_move(&t[2], &a);
  CHECK_INT(12, ids(&a));
  transfer_move_first(&t[3], &a);
  CHECK_INT(312, ids(&a));
  transfer_move_first(&t[1], &b);
  CHECK_INT(32, ids(&a));
  CHECK_INT(1, ids(&b));

  test("it is in one list at a time");
  transfer_move(&t[2], &b);
  transfer_move(&t[3], &b);
  CHECK_INT(0, ids(&a));
  CHECK_INT(123, ids(&b));

  test("it is moved within its list");
  transfer_move(&t[1], &b);
  CHECK_INT(231, ids(&b));
  transfer_move_first(&t[1], &b);
  CHECK_INT(123, ids(&b));

  test("it is taken from the middle, the start and the end");
  transfer_unlink(&t[2]);
  CHECK_INT(13, ids(&b));
  transfer_unlink(&t[1]);
  CHECK_INT(3, ids(&b));
  transfer_unlink(&t[3]);
  CHECK_INT(0, ids(&b));
  CHECK(t[3].list == NULL && t[3].next == NULL && t[3].previous == NULL);

  test("one that is in no list is taken out of none");
  transfer_unlink(&t[3]);
  CHECK_INT(0, ids(&b));
}
