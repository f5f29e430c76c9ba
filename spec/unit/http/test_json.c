/* csrc/json: the scanner with its numbers and escapes. Each text ends where a page ends, so that a byte read
 * beyond it ends the program. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "escape.h"
#include "scanner.h"

#define JSON_PORTABLE
#include "find.h"

enum { ROOM = 1 << 16, MOST = 1000000 };

static char *page_end; /* the page behind it cannot be read */

static void prepare(void) {
  size_t guard = (size_t)sysconf(_SC_PAGESIZE);
  char *memory =
      mmap(NULL, ROOM + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  need(memory != MAP_FAILED && mprotect(memory + ROOM, guard, PROT_NONE) == 0, "a guarded page");
  page_end = memory + ROOM;
}

static const char *at_page_end(const char *text, size_t length) {
  need(length <= ROOM, "room for the text");
  if (length > 0)
    memcpy(page_end - length, text, length);
  return page_end - length;
}

/* Reads a text to its end. Returns its events as letters, of which the last is E or R. */
static const char *events(json_scanner *s, const char *text, size_t length, size_t most) {
  static char letters[4096];
  static const char names[] = "{[\"0tfn=)ER";
  size_t count = 0;
  json_event event;
  json_begin(s, at_page_end(text, length), length, most);
  do {
    event = json_scan(s);
    letters[count++] = names[event];
  } while (event != JSON_END && event != JSON_REFUSED && count < sizeof letters - 1);
  letters[count] = '\0';
  return letters;
}

static const char *events_of(const char *text) {
  json_scanner s;
  return events(&s, text, strlen(text), MOST);
}

static void refusal(const char *text, const char *reason, size_t position) {
  json_scanner s;
  const char *letters = events(&s, text, strlen(text), MOST);
  CHECK(letters[strlen(letters) - 1] == 'R');
  CHECK_TEXT(reason, s.reason);
  CHECK_INT(position, json_position(&s));
}

static const char sample[] =
    " { \"a\" : [ 1 , -2.5e-3, 12345678901234567890, true , false , null , "
    "\"x\\n\\u00e9\\ud83d\\ude00\" ] ,"
    "\"a long name, of more than sixteen bytes\":{\"\":{},\"b\":[]},\"c\":\"\\\"\\\\\"} ";

static void texts(void) {
  test("a text is a sequence of events");
  CHECK_TEXT("{[000tfn\"){{)[))\")E", events_of(sample));
  CHECK_TEXT("0E", events_of("\xef\xbb\xbf 7 "));
  CHECK_TEXT("[[)[))E", events_of("[[],[]]"));

  test("a text that is cut anywhere is refused, and nothing behind it is read");
  for (size_t length = 0; length < sizeof sample - 2; length++) {
    json_scanner s;
    const char *letters = events(&s, sample, length, MOST);
    CHECK(letters[strlen(letters) - 1] == 'R');
    CHECK(json_position(&s) <= length + 1);
  }

  test("what is no JSON is refused, with the reason and the place");
  refusal("", "it is empty", 1);
  refusal("[1,]", "a value expected", 4);
  refusal("nul", "a value expected", 1);
  refusal("truE", "a value expected", 1);
  refusal("fals", "a value expected", 1);
  refusal("NaN", "a value expected", 1);
  refusal("{1:2}", "a name expected", 2);
  refusal("{\"a\" 1}", "a colon expected", 6);
  refusal("{\"a\":1]", "a comma or } expected", 7);
  refusal("[1}", "a comma or ] expected", 3);
  refusal("1 2", "something follows its end", 3);
  refusal("[\"\\u12\"]", "there is no such escape", 3);
  refusal("\"\\ud800\\u0041\"", "half of a surrogate pair is missing", 2);

  test("a zero byte is refused wherever it is, and once refused it stays so");
  json_scanner s;
  CHECK_TEXT("R", events(&s, "1 \0", 3, MOST));
  CHECK_INT(3, json_position(&s));
  CHECK_INT(JSON_REFUSED, json_scan(&s));
}

static void limits(void) {
  json_scanner s;
  char deep[2 * JSON_DEPTH + 3];
  test("a hundred levels are read, one more is not");
  memset(deep, '[', JSON_DEPTH + 1);
  memset(deep + JSON_DEPTH, ']', JSON_DEPTH);
  const char *letters = events(&s, deep, 2 * (size_t)JSON_DEPTH, MOST);
  CHECK(letters[strlen(letters) - 1] == 'E');
  deep[JSON_DEPTH] = '[';
  letters = events(&s, deep, JSON_DEPTH + 1, MOST);
  CHECK(letters[strlen(letters) - 1] == 'R');
  CHECK_TEXT("it is nested too deeply", s.reason);

  test("values are counted, names are not");
  CHECK_TEXT("{0[))E", events(&s, "{\"a\":1,\"b\":[]}", 14, 3));
  CHECK_TEXT("{0R", events(&s, "{\"a\":1,\"b\":[]}", 14, 2));
  CHECK(s.has_too_many);
  CHECK_TEXT("R", events(&s, "[", 1, 0));
  CHECK(s.has_too_many);
}

/* Scans an object of plain members, then the text of another one that is likely to have them. Returns the event of the
 * second one's first members, and that scanner. */
static json_event scan_likely(json_scanner *s, const char *first, const char *second, size_t most) {
  json_scanner model;
  static json_member members[8];
  size_t count = 0, length = strlen(second);
  json_begin(&model, first, strlen(first), MOST);
  CHECK(json_scan(&model) == JSON_OBJECT);
  json_event event;
  do {
    event = json_scan(&model);
    if (event < JSON_REPEATED)
      members[count++] = json_last_member(&model, event);
  } while (event > JSON_ARRAY && event < JSON_REPEATED && count < 8);
  json_link_members(members, count);
  json_begin(s, at_page_end(second, length), length, most);
  CHECK(json_scan(s) == JSON_OBJECT);
  json_expect(s, members, count);
  return json_scan(s);
}

static void repeated(const char *value) {
  char text[64], longer[64];
  json_scanner s;
  (void)snprintf(text, sizeof text, "{\"a\" : %s}", value);
  CHECK(scan_likely(&s, text, text, MOST) == JSON_REPEATED && s.has_likely_name);
  CHECK(json_scan(&s) == JSON_CLOSE && json_scan(&s) == JSON_END);
  (void)snprintf(longer, sizeof longer, "{\"a\" : %sx}", value);
  CHECK(scan_likely(&s, text, longer, MOST) == JSON_REPEATED);
  CHECK(json_scan(&s) == JSON_REFUSED);
  CHECK_TEXT("a comma or } expected", s.reason);
  CHECK(scan_likely(&s, text, text, 1) == JSON_REFUSED && s.has_too_many);
  CHECK_INT(8, json_position(&s));
}

/* The events of the second object after its brace, and how many members were taken from the first one, as digits. */
static const char *likely_events(const char *first, const char *second, size_t most) {
  static char letters[64];
  static const char names[] = "{[\"0tfn=)ER";
  json_scanner s;
  size_t count = 0;
  json_event event = scan_likely(&s, first, second, most);
  for (;; event = json_scan(&s)) {
    letters[count++] = event == JSON_REPEATED ? (char)('0' + s.repeated) : names[event];
    if (event == JSON_END || event == JSON_REFUSED || count == sizeof letters - 1)
      break;
  }
  letters[count] = '\0';
  return letters;
}

static void likely_runs(void) {
  static const char first[] =
      "{\"a\":\"x\", \"b\":true,\"n\":null,\"c\":\"long enough for a block\"}";
  char other[sizeof first];
  test("members that follow each other are taken at once");
  CHECK_TEXT("4)E", likely_events(first, first, MOST));
  CHECK_TEXT("2)E", likely_events(first, "{\"a\":\"x\", \"b\":true}", MOST));
  CHECK_TEXT("2R", likely_events(first, "{\"a\":\"x\", \"b\":truex}", MOST));
  CHECK_TEXT("\"3)E", likely_events(first,
                                    "{\"a\":\"y\", \"b\":true,\"n\":null,\"c\":\"long enough for a "
                                    "block\"}",
                                    MOST));
  CHECK_TEXT("1f2)E",
             likely_events(first,
                           "{\"a\":\"x\", \"b\":false,\"n\":null,\"c\":\"long enough for a "
                           "block\"}",
                           MOST));
  CHECK_TEXT("101)E", likely_events("{\"a\":true,\"n\":1,\"b\":null}",
                                    "{\"a\":true,\"n\":1,\"b\":null }", MOST));

  test("no more of them than the text may have values");
  CHECK_TEXT("4)E", likely_events(first, first, 5));
  CHECK_TEXT("3R", likely_events(first, first, 4));
  CHECK_TEXT("1R", likely_events(first, first, 2));
  CHECK_TEXT("R", likely_events(first, first, 1));

  test("a byte that differs is seen wherever it is");
  for (size_t i = 1; i < sizeof first - 1; i++) {
    memcpy(other, first, sizeof first);
    other[i] = '!';
    CHECK(strcmp("4)E", likely_events(first, other, MOST)) != 0);
  }
}

static void likely(void) {
  json_scanner s;
  test("a member that is the likely one is known");
  repeated("\"xyz\"");
  repeated("\"\\\"\\u00e9\"");
  repeated("null");
  repeated("true");
  repeated("false");

  test("of a member with another value the name is known");
  CHECK(scan_likely(&s, "{\"a\":\"xyz\"}", "{\"a\":\"xy\"}", MOST) == JSON_STRING);
  CHECK(s.has_likely_name);
  CHECK_INT(2, s.string.length);
  CHECK(scan_likely(&s, "{\"a\":1}", "{\"a\":12}", MOST) == JSON_NUMBER && s.has_likely_name);
  CHECK_INT(12, s.number.integer);
  CHECK(scan_likely(&s, "{\"a\":1}", "{\"a\":1}", MOST) == JSON_NUMBER);
  CHECK(scan_likely(&s, "{\"a\":[1]}", "{\"a\":  {}}", MOST) == JSON_OBJECT && s.has_likely_name);

  test("another member is read as any");
  CHECK(scan_likely(&s, "{\"a\":\"x\"}", "{\"ab\":\"x\"}", MOST) == JSON_STRING &&
        !s.has_likely_name);
  CHECK_INT(2, s.name.length);
  CHECK(scan_likely(&s, "{\"a\":\"x\"}", "{ \"a\" : null}", MOST) == JSON_NULL &&
        !s.has_likely_name);
  CHECK(scan_likely(&s, "{\"a\":\"x\"}", "{}", MOST) == JSON_CLOSE);
  CHECK(scan_likely(&s, "{\"a\":\"x\"}", "{7", MOST) == JSON_REFUSED);
  CHECK_TEXT("a name expected", s.reason);

  test("a likely member that is cut is refused, and nothing behind it is read");
  static const char text[] = "{\"a\":\"xyz\"";
  for (size_t length = 1; length < sizeof text - 1; length++) {
    char cut[sizeof text] = {0};
    memcpy(cut, text, length);
    CHECK(scan_likely(&s, text, cut, MOST) == JSON_REFUSED);
  }
}

static void integer(const char *text, int64_t wanted) {
  json_number number = {0};
  const char *reason, *from = at_page_end(text, strlen(text));
  CHECK(json_read_number(from, page_end, &number, &reason) == page_end);
  CHECK(number.is_integer && number.integer == wanted);
}

/* The compiler and strtod in the locale C know the nearest double. */
static void real(const char *text, double wanted) {
  json_number number = {0};
  const char *reason, *from = at_page_end(text, strlen(text));
  CHECK(json_read_number(from, page_end, &number, &reason) == page_end);
  CHECK(!number.is_integer && memcmp(&number.real, &wanted, sizeof wanted) == 0);
}

static void no_number(const char *text, const char *wanted) {
  json_number number;
  const char *reason = "", *from = at_page_end(text, strlen(text));
  CHECK(json_read_number(from, page_end, &number, &reason) == NULL);
  CHECK_TEXT(wanted, reason);
}

static void numbers(void) {
  test("whole numbers of 64 bits are integers");
  integer("0", 0);
  integer("-0", 0);
  integer("-17", -17);
  integer("9223372036854775807", INT64_MAX);
  integer("-9223372036854775808", INT64_MIN);
  test("all others are the nearest double");
  real("9223372036854775808", 9223372036854775808.0);
  real("-9223372036854775809", -9223372036854775809.0);
  real("99999999999999999999", 99999999999999999999.0);
  real("1.0", 1.0);
  real("-0.0", -0.0);
  real("1.", 1.0);
  real("-.5", -0.5);
  real("0.1", 0.1);
  real("1e22", 1e22);
  real("1e23", 1e23);
  real("9007199254740993.0", 9007199254740993.0);
  real("123456789012345678901234567890e-10", 123456789012345678901234567890e-10);
  real("1.7976931348623157e308", 1.7976931348623157e308);
  real("2.2250738585072011e-308", 2.2250738585072011e-308);
  real("4.9e-324", 4.9e-324);
  real("1e-999", 0.0);
  real("0e999999999999999999999", 0.0);
  real("0.000000e5", 0.0);
  test("what is no number is refused");
  no_number("-", "a digit expected");
  no_number("-.", "a digit expected");
  no_number("-.e5", "a digit expected");
  no_number("01", "a number has a leading zero");
  no_number("-00", "a number has a leading zero");
  no_number("1e309", "a number is out of range");
  no_number("1.e999", "a number is out of range");
  no_number("1e99999999999999999999", "a number is out of range");
}

/* A digit far behind decides which of two doubles is nearer. */
static void long_numbers(void) {
  static char text[20000];
  test("a number has as many digits as it likes");
  for (size_t zeros = 10; zeros < 10000; zeros = zeros * 3) {
    int head = snprintf(text, sizeof text, "9007199254740993.");
    memset(text + head, '0', zeros);
    text[(size_t)head + zeros] = '\0';
    real(text, 9007199254740992.0);
    text[(size_t)head + zeros] = '1';
    text[(size_t)head + zeros + 1] = '\0';
    real(text, 9007199254740994.0);
    memset(text + 1, '0', zeros);
    text[0] = '1';
    (void)snprintf(text + 1 + zeros, 32, "e-%zu", zeros);
    real(text, 1.0);
    memset(text + 2, '0', zeros);
    text[0] = '0';
    text[1] = '.';
    (void)snprintf(text + 2 + zeros, 32, "1e%zu", zeros + 1);
    real(text, 1.0);
  }
}

static void escapes(void) {
  static const char text[] =
      "a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00\\u0000z";
  static const char plain[] = "a\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0z";
  char to[sizeof text];
  test("a string is written without its escapes");
  CHECK_INT(sizeof plain - 1,
            json_unescape(at_page_end(text, sizeof text - 1), sizeof text - 1, to));
  CHECK(memcmp(plain, to, sizeof plain - 1) == 0);
  CHECK_INT(0, json_unescape(page_end, 0, to));
  test("a string that ends with an escape, at each place of a block");
  for (size_t length = 0; length < 40; length++) {
    char run[64];
    memset(run, 'x', length);
    memcpy(run + length, "\\n", 2);
    CHECK_INT(length + 1, json_unescape(at_page_end(run, length + 2), length + 2, to));
    CHECK(to[length] == '\n');
  }
}

/* Here json_find_special is the one that takes eight bytes at a time. */
static void finding(void) {
  test("a quote or backslash is found at every place, on machines without blocks of sixteen bytes "
       "too");
  for (size_t length = 0; length < 40; length++) {
    char run[40];
    for (size_t place = 0; place <= length; place++) {
      memset(run, place % 2 == 0 ? '!' : (char)0xa2, length);
      if (place < length)
        run[place] = place % 3 == 0 ? '\\' : '"';
      const char *from = at_page_end(run, length);
      CHECK(json_find_special(from, page_end) == from + place);
    }
  }
}

void test_json(void);
void test_json(void) {
  prepare();
  texts();
  limits();
  likely();
  likely_runs();
  numbers();
  long_numbers();
  escapes();
  finding();
}
