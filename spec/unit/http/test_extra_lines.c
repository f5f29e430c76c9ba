#include "extra_lines.h"

#include <string.h>

#include "check.h"
#include "suites.h"

void test_extra_lines(void) {
  char common_text[] = "A: 1";
  struct curl_slist common = {common_text, NULL}, *list = NULL;
  char first[] = "B: 2", second[] = "C: 3";
  const char *const lines[] = {first, second};

  test("lines are copied, in their order, before the common ones");
  CHECK(extra_lines_copy(&list, lines, 2, &common));
  first[0] = second[0] = 'x';
  CHECK(strcmp(list->data, "B: 2") == 0 && strcmp(list->next->data, "C: 3") == 0);
  CHECK(list->next->next == &common);

  test("only they are freed, and twice does no harm");
  extra_lines_free(&list, &common);
  CHECK(list == &common);
  extra_lines_free(&list, &common);
  CHECK(list == &common && strcmp(common.data, "A: 1") == 0);

  test("without lines there are the common ones, be it none");
  CHECK(extra_lines_copy(&list, NULL, 0, &common) && list == &common);
  CHECK(extra_lines_copy(&list, NULL, 0, NULL) && list == NULL);
  extra_lines_free(&list, NULL);
}
