/* Reads a JSON text as a sequence of events, in one pass, without memory of its own and without
 * recursion. It accepts what lua-cjson accepts, apart from what the functions below say. */
#ifndef TN_JSON_SCANNER_H
#define TN_JSON_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "number.h"

enum { JSON_DEPTH = 100 }; /* arrays and objects that may be open at a time */

typedef enum json_event {
  /* Values. A member's name is in name. */
  JSON_OBJECT, /* begins, as an array does */
  JSON_ARRAY,
  JSON_STRING, /* in string */
  JSON_NUMBER, /* in number */
  JSON_TRUE,
  JSON_FALSE,
  JSON_NULL,
  JSON_REPEATED, /* so many members, as `repeated` says, are the likely ones, and so are their values */
  /* No values. */
  JSON_CLOSE,  /* the innermost array or object ends */
  JSON_END,    /* the text was one value, and ends */
  JSON_REFUSED /* it is no JSON, or beyond a limit: see reason and at */
} json_event;

/* What stands between two quotes, in the text. */
typedef struct json_string {
  const char *text;
  size_t length;
  bool has_escapes; /* they are sound: see escape.h */
} json_string;

/* A member of an object, as it stands in the text. */
typedef struct json_member {
  const char *text; /* borrowed: it begins with the quote before the name */
  size_t head;      /* the bytes before its value */
  size_t whole;     /* all its bytes, if its value is a string, true, false or null; else 0 */
  size_t run;       /* the bytes from here on that are worth comparing: see json_link_members */
  size_t run_count; /* how many members these are, if all of them are the same */
} json_member;

typedef struct json_scanner {
  const char *text, *at, *end; /* the text is borrowed */
  size_t values_left;          /* how many more values it may have */
  int depth;
  bool is_first;                  /* no value was read at this depth */
  bool is_object[JSON_DEPTH + 1]; /* by depth */
  const json_member *likely;      /* borrowed: what the next members are likely to be, as a hint */
  size_t likely_count;            /* how many they are; goes down with each member */
  size_t repeated;                /* how many of them the last event was */
  bool has_likely_name; /* the last member has the likely one's name, and name was not set */
  const char *value_at; /* where the last value begins */
  json_string name;     /* of the last value, if it is an object's member */
  json_string string;
  json_number number;
  const char *reason; /* a constant; NULL while nothing is refused */
  bool has_too_many;  /* it is refused for the number of its values */
} json_scanner;

/* The text may have so many values: arrays, objects, strings, numbers, true, false, null. Names do not count.
 * A byte order mark in front of it is skipped. A zero byte is refused, wherever it is. */
void json_begin(json_scanner *s, const char *text, size_t length, size_t most_values);

/* The next event. After JSON_END or JSON_REFUSED it is not to be called again. */
json_event json_scan(json_scanner *s);

/* The member whose value was the last event, if its name was read. */
json_member json_last_member(const json_scanner *s, json_event event);

/* Makes members of one object, in their order, such that they can be likely ones. */
void json_link_members(json_member *members, size_t count);

/* Says which members the innermost object is likely to have next. It is to be said again when another one is the
 * innermost. */
void json_expect(json_scanner *s, const json_member *members, size_t count);

/* The first character of the next value, or -1 at the end of the text. */
int json_peek(json_scanner *s);

/* The byte that was refused, counted from 1. */
size_t json_position(const json_scanner *s);

#endif
