#include "scanner.h"

#include <string.h>

#include "escape.h"
#include "find.h"

static json_event refuse(json_scanner *s, const char *reason) {
  s->reason = reason;
  return JSON_REFUSED;
}

static inline bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline void skip_blanks(json_scanner *s) {
  while (s->at < s->end && is_blank(*s->at))
    s->at++;
}

void json_begin(json_scanner *s, const char *text, size_t length, size_t most_values) {
  static const char mark[] = "\xef\xbb\xbf";
  s->text = s->at = text;
  s->end = text + length;
  s->values_left = most_values;
  s->ahead_left = 2 * length;
  s->expects = JSON_WANTS_VALUE;
  s->depth = 0;
  s->is_object[0] = false;
  s->reason = NULL;
  s->has_too_many = false;
  const char *zero = length > 0 ? memchr(text, '\0', length) : NULL;
  if (zero != NULL) {
    s->at = zero;
    s->reason = "there is a zero byte";
  } else if (length >= sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0) {
    s->at += sizeof mark - 1;
  }
}

/* at stands behind the opening quote, afterwards behind the closing one. */
static json_event read_string(json_scanner *s, json_event kind) {
  const char *from = s->at, *at = json_find_special(from, s->end), *reason;
  s->string.has_escapes = false;
  while (at < s->end && *at == '\\') {
    s->string.has_escapes = true;
    const char *next = json_check_escape(at + 1, s->end, &reason);
    if (next == NULL) {
      s->at = at;
      return refuse(s, reason);
    }
    at = json_find_special(next, s->end);
  }
  s->at = at;
  if (at == s->end)
    return refuse(s, "it ends within a string");
  s->string.text = from;
  s->string.length = (size_t)(at - from);
  s->at++;
  return kind;
}

static json_event read_number(json_scanner *s) {
  const char *reason, *stop = json_read_number(s->at, s->end, &s->number, &reason);
  if (stop == NULL)
    return refuse(s, reason);
  s->at = stop;
  return JSON_NUMBER;
}

static json_event read_word(json_scanner *s, const char *word, json_event kind) {
  size_t length = strlen(word);
  if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
    return refuse(s, "a value expected");
  s->at += length;
  return kind;
}

static json_event open(json_scanner *s, json_event kind) {
  if (s->depth == JSON_DEPTH)
    return refuse(s, "it is nested too deeply");
  s->is_object[++s->depth] = kind == JSON_OBJECT;
  s->expects = JSON_WANTS_FIRST;
  s->at++;
  return kind;
}

static json_event close(json_scanner *s) {
  s->depth--;
  s->expects = JSON_WANTS_NEXT;
  s->at++;
  return JSON_CLOSE;
}

static json_event read_value(json_scanner *s) {
  skip_blanks(s);
  if (s->at == s->end)
    return refuse(s, s->depth == 0 ? "it is empty" : "a value expected");
  if (s->values_left == 0) {
    s->has_too_many = true;
    return refuse(s, "it has too many values");
  }
  s->values_left--;
  s->expects = JSON_WANTS_NEXT;
  switch (*s->at) {
  case '"':
    s->at++;
    return read_string(s, JSON_STRING);
  case '{':
    return open(s, JSON_OBJECT);
  case '[':
    return open(s, JSON_ARRAY);
  case 't':
    return read_word(s, "true", JSON_TRUE);
  case 'f':
    return read_word(s, "false", JSON_FALSE);
  case 'n':
    return read_word(s, "null", JSON_NULL);
  default:
    if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9'))
      return read_number(s);
    return refuse(s, "a value expected");
  }
}

static json_event read_name(json_scanner *s) {
  skip_blanks(s);
  if (s->at == s->end || *s->at != '"')
    return refuse(s, "a name expected");
  s->at++;
  if (read_string(s, JSON_NAME) == JSON_REFUSED)
    return JSON_REFUSED;
  skip_blanks(s);
  if (s->at == s->end || *s->at != ':')
    return refuse(s, "a colon expected");
  s->at++;
  s->expects = JSON_WANTS_VALUE;
  return JSON_NAME;
}

static json_event read_end(json_scanner *s) {
  return s->at == s->end ? JSON_END : refuse(s, "something follows its end");
}

json_event json_scan(json_scanner *s) {
  if (s->reason != NULL)
    return JSON_REFUSED;
  if (s->expects == JSON_WANTS_VALUE)
    return read_value(s);
  skip_blanks(s);
  if (s->depth == 0)
    return read_end(s);
  bool is_object = s->is_object[s->depth];
  if (s->at < s->end && *s->at == (is_object ? '}' : ']'))
    return close(s);
  if (s->expects == JSON_WANTS_NEXT) {
    if (s->at == s->end || *s->at != ',')
      return refuse(s, is_object ? "a comma or } expected" : "a comma or ] expected");
    s->at++;
  }
  return is_object ? read_name(s) : read_value(s);
}

int json_peek(json_scanner *s) {
  skip_blanks(s);
  return s->at < s->end ? (unsigned char)*s->at : -1;
}

/* Behind the string that begins there, or end. */
static const char *skip_string(const char *at, const char *end) {
  for (at = json_find_special(at, end); at < end && *at == '\\';)
    at = json_find_special(end - at < 2 ? end : at + 2, end);
  return at < end ? at + 1 : end;
}

size_t json_count_rest(json_scanner *s) {
  const char *at = s->at, *end = (size_t)(s->end - at) > s->ahead_left ? at + s->ahead_left : s->end;
  size_t count = 0;
  for (int depth = 0; at < end && depth >= 0 && count < s->values_left; at++) {
    if (*at == '"')
      at = skip_string(at + 1, end) - 1;
    else if (*at == '[' || *at == '{')
      depth++;
    else if (*at == ']' || *at == '}')
      depth--;
    else if (*at == ',' && depth == 0)
      count++;
  }
  s->ahead_left -= (size_t)(at - s->at);
  return count;
}

size_t json_position(const json_scanner *s) {
  return (size_t)(s->at - s->text) + 1;
}
