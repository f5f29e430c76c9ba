#include "retry_after.h"

#include <string.h>

#include "check.h"

/* Sun, 06 Nov 1994 08:49:37 GMT */
static const int64_t NOW = 784111777;

static int64_t read_text(const char *text) {
  return retry_after_read(text, strlen(text), NOW);
}

static void seconds(void) {
  test("a number of seconds");
  CHECK_INT(0, read_text("0"));
  CHECK_INT(7000, read_text("7"));
  CHECK_INT(120000, read_text("120"));
  CHECK_INT(5000, read_text("000000000000005"));
  CHECK_INT(999999999000, read_text("999999999"));
  test("the text is read to its end, and not beyond it");
  CHECK_INT(1000, retry_after_read("12", 1, NOW));
}

static void dates(void) {
  test("a date in each of the three forms");
  CHECK_INT(3000, read_text("Sun, 06 Nov 1994 08:49:40 GMT"));
  CHECK_INT(3000, read_text("Sunday, 06-Nov-94 08:49:40 GMT"));
  CHECK_INT(3000, read_text("Sun Nov  6 08:49:40 1994"));
  CHECK_INT(4 * 86400000LL, read_text("Thu Nov 10 08:49:37 1994"));
  test("over months, years and leap days");
  CHECK_INT(86400000LL * 55, read_text("Sat, 31 Dec 1994 08:49:37 GMT"));
  CHECK_INT(86400000LL * (55 + 365 + 60), read_text("Thu, 29 Feb 1996 08:49:37 GMT"));
  CHECK_INT((4102444799LL - NOW) * 1000, read_text("Thu, 31 Dec 2099 23:59:59 GMT"));
  test("one that is over asks for no wait");
  CHECK_INT(0, read_text("Sun, 06 Nov 1994 08:49:37 GMT"));
  CHECK_INT(0, read_text("Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK_INT(0, read_text("Sat, 01 Jan 0000 00:00:00 GMT"));
  test("a year of two digits is at most fifty years ahead");
  CHECK_INT(0, read_text("Sunday, 06-Nov-93 08:49:40 GMT"));
  CHECK_INT(0, read_text("Monday, 06-Nov-45 08:49:40 GMT"));
  CHECK(read_text("Sunday, 06-Nov-44 08:49:40 GMT") > 0);
}

static void absent(void) {
  static const char *const texts[] = {"",
                                      " ",
                                      "soon",
                                      "-5",
                                      "+5",
                                      "0x10",
                                      "1e3",
                                      "1.5",
                                      "1,5",
                                      "5 s",
                                      "5, 6",
                                      "784111777000",
                                      "1784111777",
                                      "18446744073709552",
                                      "18446744073709551616",
                                      "99999999999999999999",
                                      "1994-11-06T08:49:40Z",
                                      "06 Nov 1994 08:49:40 GMT",
                                      "Sun, 6 Nov 1994 08:49:40 GMT",
                                      "Sun, 06 Nov 1994 08:49:40",
                                      "Sun, 06 Nov 1994 08:49:40 CET",
                                      "Sun, 06 Nov 1994 08:49:40 GMT+1",
                                      "So, 06 Nov 1994 08:49:40 GMT",
                                      "sun, 06 nov 1994 08:49:40 gmt",
                                      "Sun, 06 Okt 1994 08:49:40 GMT",
                                      "Sun, 31 Nov 1994 08:49:40 GMT",
                                      "Wed, 29 Feb 1995 08:49:40 GMT",
                                      "Sun, 00 Nov 1994 08:49:40 GMT",
                                      "Sun, 06 Nov 1994 24:00:00 GMT",
                                      "Sun, 06 Nov 1994 08:60:00 GMT",
                                      "Sun, 06 Nov 94 08:49:40 GMT",
                                      "Sun Nov 6 08:49:40 1994",
                                      "Sun Nov  6 08:49:40"};
  test("what is neither is as good as absent");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (!CHECK_INT(-1, read_text(texts[i])))
      CHECK_TEXT("", texts[i]);
}

static int64_t of_lines(const char *const lines[]) {
  response r = {.body_limit = 100};
  for (int i = 0; lines[i] != NULL; i++)
    need(response_add_line(&r, lines[i], strlen(lines[i])) == BUFFER_OK, "memory");
  int64_t wait = retry_after_of(&r, NOW);
  response_free(&r);
  return wait;
}

static void headers(void) {
  static const char status[] = "HTTP/1.1 429 Too Many Requests\r\n", end[] = "\r\n";
  static const char *const none[] = {status, "Date: today\r\n", end, NULL};
  static const char *const one[] = {status, "retry-after: 5\r\n", end, NULL};
  static const char *const several[] = {status,
                                        "Retry-After: 5\r\n",
                                        "Retry-After: 70\r\n",
                                        "Retry-After: soon\r\n",
                                        "Retry-After: 6\r\n",
                                        end,
                                        NULL};
  static const char *const cut[] = {status, "Retry-After: 5", NULL};
  test("of several the longest counts");
  CHECK_INT(-1, of_lines(none));
  CHECK_INT(5000, of_lines(one));
  CHECK_INT(70000, of_lines(several));
  CHECK_INT(5000, of_lines(cut));
}

void test_retry_after(void);
void test_retry_after(void) {
  seconds();
  dates();
  absent();
  headers();
}
