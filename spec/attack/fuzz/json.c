/* JSON: the scanner reads any text to its end or to a place that it refuses, and nothing beyond it. Told of likely
 * members, it reads the same. */
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "fuzz.h"
#include "scanner.h"

enum { VALUES = 1000, MEMBERS = 32 };

/* The text without escapes has room in its own length. */
static void unescape(const json_string *string) {
  char *to = malloc(string->length > 0 ? string->length : 1);
  if (to == NULL)
    return;
  HOLDS(json_unescape(string->text, string->length, to) <= string->length);
  free(to);
}

/* The members of the last object that had no arrays and objects in it. */
typedef struct shape {
  json_member seen[MEMBERS], members[MEMBERS];
  size_t seen_count, count;
  bool is_open; /* such an object is being read */
} shape;

static void note(shape *known, const json_scanner *s, json_event event, bool is_member) {
  if (event == JSON_OBJECT) {
    known->is_open = true;
    known->seen_count = 0;
  } else if (event == JSON_ARRAY) {
    known->is_open = false;
  } else if (event == JSON_CLOSE && known->is_open) {
    known->is_open = false;
    known->count = known->seen_count;
    memcpy(known->members, known->seen, sizeof known->members);
    json_link_members(known->members, known->count);
  } else if (is_member && event < JSON_REPEATED && known->seen_count < MEMBERS) {
    known->seen[known->seen_count++] = json_last_member(s, event);
  }
}

static json_event scan_noted(json_scanner *s, shape *known) {
  bool is_member = s->is_object[s->depth];
  json_event event = json_scan(s);
  note(known, s, event, is_member);
  return event;
}

/* A scanner that is told to expect the members of an earlier object reads the same. */
static void scan_told(const char *text, size_t count) {
  json_scanner plain, told;
  shape known = {0};
  json_event event;
  json_begin(&plain, text, count, VALUES);
  json_begin(&told, text, count, VALUES);
  do {
    event = json_scan(&told);
    size_t repeated = event == JSON_REPEATED ? told.repeated : 0;
    HOLDS(event != JSON_REPEATED || repeated > 0);
    for (; repeated > 0; repeated--) {
      json_event one = scan_noted(&plain, &known);
      HOLDS(one == JSON_STRING || one == JSON_TRUE || one == JSON_FALSE || one == JSON_NULL);
    }
    HOLDS(event == JSON_REPEATED || scan_noted(&plain, &known) == event);
    HOLDS(plain.at == told.at && plain.depth == told.depth && plain.reason == told.reason);
    HOLDS(plain.values_left == told.values_left && plain.is_first == told.is_first);
    if (event == JSON_OBJECT)
      json_expect(&told, known.members, known.count);
    else if (event == JSON_ARRAY || event == JSON_CLOSE)
      json_expect(&told, NULL, 0);
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
