#include "scanner.h"

#include <string.h>

#include "escape.h"
#include "find.h"

static bool refuse(json_scanner *s, const char *reason) {
  s->reason = reason;
  return false;
}

static json_event refused(json_scanner *s, const char *reason) {
  s->reason = reason;
  return JSON_REFUSED;
}

static inline bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Mostly there is none, or one. */
static inline void skip_blanks(json_scanner *s) {
  const char *at = s->at;
  while (at < s->end && (unsigned char)*at <= ' ' && is_blank(*at))
    at++;
  s->at = at;
}

void json_expect(json_scanner *s, const json_member *members, size_t count) {
  s->likely = members;
  s->likely_count = count;
}

void json_begin(json_scanner *s, const char *text, size_t length, size_t most_values) {
  static const char mark[] = "\xef\xbb\xbf";
  s->text = s->at = text;
  s->end = text + length;
  s->values_left = most_values;
  s->depth = 0;
  s->is_first = true;
  s->is_object[0] = false;
  json_expect(s, NULL, 0);
  s->has_likely_name = false;
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

/* at stands at the opening quote, afterwards behind the closing one. */
static inline bool read_string(json_scanner *s, json_string *string) {
  const char *from = s->at + 1;
  string->has_escapes = false;
  const char *at = json_find_special(from, s->end);
  while (at < s->end && *at == '\\') {
    string->has_escapes = true;
    const char *next = json_check_escape(at + 1, s->end, &s->reason);
    s->at = at;
    if (next == NULL)
      return false;
    at = json_find_special(next, s->end);
  }
  s->at = at;
  if (at == s->end)
    return refuse(s, "it ends within a string");
  string->text = from;
  string->length = (size_t)(at - from);
  s->at++;
  return true;
}

static inline bool read_word(json_scanner *s, const char *word, size_t length) {
  if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
    return refuse(s, "a value expected");
  s->at += length;
  return true;
}

static bool read_number(json_scanner *s) {
  const char *stop = json_read_number(s->at, s->end, &s->number, &s->reason);
  if (stop != NULL)
    s->at = stop;
  return stop != NULL;
}

static bool open(json_scanner *s, bool is_object) {
  if (s->depth == JSON_DEPTH)
    return refuse(s, "it is nested too deeply");
  s->is_object[++s->depth] = is_object;
  s->is_first = true;
  s->at++;
  return true;
}

static json_event close(json_scanner *s) {
  s->depth--;
  s->is_first = false;
  s->at++;
  return JSON_CLOSE;
}

static bool count_value(json_scanner *s) {
  s->has_too_many = s->values_left == 0;
  if (s->has_too_many)
    return refuse(s, "it has too many values");
  s->values_left--;
  return true;
}

static json_event read_value(json_scanner *s) {
  skip_blanks(s);
  if (s->at == s->end)
    return refused(s, s->depth == 0 ? "it is empty" : "a value expected");
  if (!count_value(s))
    return JSON_REFUSED;
  s->is_first = false;
  s->value_at = s->at;
  switch (*s->at) {
  case '"':
    return read_string(s, &s->string) ? JSON_STRING : JSON_REFUSED;
  case '{':
    return open(s, true) ? JSON_OBJECT : JSON_REFUSED;
  case '[':
    return open(s, false) ? JSON_ARRAY : JSON_REFUSED;
  case 't':
    return read_word(s, "true", 4) ? JSON_TRUE : JSON_REFUSED;
  case 'f':
    return read_word(s, "false", 5) ? JSON_FALSE : JSON_REFUSED;
  case 'n':
    return read_word(s, "null", 4) ? JSON_NULL : JSON_REFUSED;
  default:
    if (*s->at == '-' || is_digit(*s->at))
      return read_number(s) ? JSON_NUMBER : JSON_REFUSED;
    return refused(s, "a value expected");
  }
}

static bool read_name(json_scanner *s) {
  skip_blanks(s);
  if (s->at == s->end || *s->at != '"')
    return refuse(s, "a name expected");
  if (!read_string(s, &s->name))
    return false;
  skip_blanks(s);
  if (s->at == s->end || *s->at != ':')
    return refuse(s, "a colon expected");
  s->at++;
  return true;
}

/* How many of the likely members stand here, if so many bytes are as in the likely text. Equal bytes mean equal values:
 * what follows a value is looked at by the next event. */
static inline size_t count_repeated(const json_scanner *s, size_t same) {
  const json_member *likely = s->likely;
  if (same == likely->run && likely->run_count <= s->values_left)
    return likely->run_count;
  size_t most = s->likely_count < s->values_left ? s->likely_count : s->values_left, count = 0;
  for (; count < most && likely[count].whole > 0; count++)
    if ((size_t)(likely[count].text - likely->text) + likely[count].whole > same)
      break;
  return count;
}

static json_event pass_repeated(json_scanner *s, size_t count) {
  const json_member *last = s->likely + count - 1;
  s->at += (size_t)(last->text - s->likely->text) + last->whole;
  s->likely += count;
  s->likely_count -= count;
  s->values_left -= count;
  s->repeated = count;
  s->has_likely_name = true;
  s->is_first = false;
  return JSON_REPEATED;
}

/* Members that have the likely ones' names, and maybe their values. */
static json_event read_likely_member(json_scanner *s) {
  const json_member *likely = s->likely;
  size_t left = (size_t)(s->end - s->at);
  size_t same = json_count_same(s->at, likely->text, likely->run < left ? likely->run : left);
  size_t count = count_repeated(s, same);
  if (count > 0)
    return pass_repeated(s, count);
  s->likely++;
  s->likely_count--;
  s->has_likely_name = same >= likely->head;
  if (s->has_likely_name)
    s->at += likely->head;
  else if (!read_name(s))
    return JSON_REFUSED;
  return read_value(s);
}

static json_event read_member(json_scanner *s) {
  if (s->likely_count > 0) {
    skip_blanks(s);
    return read_likely_member(s);
  }
  s->has_likely_name = false;
  return read_name(s) ? read_value(s) : JSON_REFUSED;
}

static json_event read_end(json_scanner *s) {
  skip_blanks(s);
  return s->at == s->end ? JSON_END : refused(s, "something follows its end");
}

static bool read_comma(json_scanner *s, bool is_object) {
  if (s->at == s->end || *s->at != ',')
    return refuse(s, is_object ? "a comma or } expected" : "a comma or ] expected");
  s->at++;
  return true;
}

json_event json_scan(json_scanner *s) {
  if (s->reason != NULL)
    return JSON_REFUSED;
  if (s->depth > 0) {
    bool is_object = s->is_object[s->depth];
    skip_blanks(s);
    if (s->at < s->end && *s->at == (is_object ? '}' : ']'))
      return close(s);
    if (!s->is_first && !read_comma(s, is_object))
      return JSON_REFUSED;
    if (is_object)
      return read_member(s);
  } else if (!s->is_first) {
    return read_end(s);
  }
  return read_value(s);
}

json_member json_last_member(const json_scanner *s, json_event event) {
  const char *text = s->name.text - 1;
  bool may_repeat =
      event == JSON_STRING || event == JSON_TRUE || event == JSON_FALSE || event == JSON_NULL;
  return (json_member){.text = text,
                       .head = (size_t)(s->value_at - text),
                       .whole = may_repeat ? (size_t)(s->at - text) : 0};
}

/* A run goes on through members that may repeat, up to the value of one that may not. */
void json_link_members(json_member *members, size_t count) {
  for (size_t i = count; i-- > 0;) {
    json_member *m = &members[i];
    bool may_repeat = m->whole > 0, goes_on = may_repeat && i + 1 < count;
    m->run = goes_on ? (size_t)(m[1].text - m->text) + m[1].run : may_repeat ? m->whole : m->head;
    m->run_count = may_repeat + (goes_on ? m[1].run_count : 0);
  }
}

int json_peek(json_scanner *s) {
  skip_blanks(s);
  return s->at < s->end ? (unsigned char)*s->at : -1;
}

size_t json_position(const json_scanner *s) {
  return (size_t)(s->at - s->text) + 1;
}
