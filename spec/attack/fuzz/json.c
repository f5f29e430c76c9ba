/* JSON: the scanner reads any text to its end or to a place that it refuses, and nothing beyond it. */
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
  free(text);
  return 0;
}
