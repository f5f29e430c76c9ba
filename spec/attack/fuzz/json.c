/* JSON: the scanner reads any text to its end or to a place that it refuses, and nothing beyond it. Told of likely
 * members, it reads the same. */
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "fuzz.h"
#include "scanner.h"

enum { VALUES = 1000 };

/* The text without escapes has room in its own length. */
static void unescape(const json_string *string) {
  char *to = malloc(string->length > 0 ? string->length : 1);
  if (to == NULL)
    return;
  HOLDS(json_unescape(string->text, string->length, to) <= string->length);
  free(to);
}

static bool is_alike(json_event plain, json_event told) {
  bool may_repeat =
      plain == JSON_STRING || plain == JSON_TRUE || plain == JSON_FALSE || plain == JSON_NULL;
  return told == plain || (told == JSON_REPEATED && may_repeat);
}

/* The likely member is an earlier one. */
static void scan_told(const char *text, size_t count) {
  json_scanner plain, told;
  json_member seen;
  json_event event;
  json_begin(&plain, text, count, VALUES);
  json_begin(&told, text, count, VALUES);
  do {
    bool is_member = plain.is_object[plain.depth];
    event = json_scan(&plain);
    HOLDS(is_alike(event, json_scan(&told)));
    HOLDS(plain.at == told.at && plain.depth == told.depth && plain.reason == told.reason);
    if (is_member && event < JSON_CLOSE && !told.has_likely_name) {
      seen = json_last_member(&plain, event);
      told.likely = &seen;
    }
  } while (event != JSON_REFUSED && event != JSON_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  char *text = malloc(count > 0 ? count : 1);
  if (text == NULL)
    return 0;
  if (count > 0)
    memcpy(text, bytes, count);
  json_scanner s;
  json_event event;
  size_t events = 0;
  json_begin(&s, text, count, VALUES);
  do {
    event = json_scan(&s);
    HOLDS(s.depth >= 0 && s.depth <= JSON_DEPTH);
    HOLDS(s.at >= s.text && s.at <= s.end);
    HOLDS(++events <= 2 * VALUES + 2);
    if (event == JSON_STRING)
      unescape(&s.string);
  } while (event != JSON_REFUSED && event != JSON_END);
  HOLDS((event == JSON_REFUSED) == (s.reason != NULL));
  HOLDS(json_position(&s) <= count + 1);
  scan_told(text, count);
  free(text);
  return 0;
}
