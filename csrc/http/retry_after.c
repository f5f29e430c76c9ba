#include "retry_after.h"

#include <string.h>

typedef struct moment {
  int64_t year;
  int month, day, hour, minute, second; /* month and day from 1 */
} moment;

/* What is left to read. */
typedef struct reader {
  const char *at, *end;
} reader;

static bool skip(reader *r, const char *words) {
  size_t length = strlen(words);
  if ((size_t)(r->end - r->at) < length || memcmp(r->at, words, length) != 0)
    return false;
  r->at += length;
  return true;
}

/* The index in names, which ends with NULL; negative for none of them. */
static int read_name(reader *r, const char *const names[]) {
  for (int i = 0; names[i] != NULL; i++)
    if (skip(r, names[i]))
      return i;
  return -1;
}

/* Exactly that many digits; negative if there are not. */
static int read_digits(reader *r, int count) {
  int value = 0;
  for (; count > 0; count--, r->at++) {
    if (r->at == r->end || *r->at < '0' || *r->at > '9')
      return -1;
    value = value * 10 + (*r->at - '0');
  }
  return value;
}

/* The year in which a moment lies, well enough to choose a century. */
static int64_t year_of(int64_t now) {
  return 1970 + now / 31556952;
}

/* A year of two digits is the last one that is at most fifty years ahead. */
static int64_t full_year(int two_digits, int64_t now) {
  int64_t latest = year_of(now) + 50;
  return latest - (latest + 100 - two_digits) % 100;
}

static const char *const short_days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL};
static const char *const long_days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday",    NULL};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
                                     "Aug", "Sep", "Oct", "Nov", "Dec", NULL};

/* One letter of a form: a part of a date, or a character that stands for itself. */
static bool read_part(reader *r, char letter, moment *m, int64_t now) {
  const char literal[] = {letter, '\0'};
  switch (letter) {
  case 'a':
    return read_name(r, short_days) >= 0;
  case 'A':
    return read_name(r, long_days) >= 0;
  case 'd':
    return (m->day = read_digits(r, 2)) > 0;
  case 'e': /* with a blank instead of a leading zero */
    return (m->day = read_digits(r, skip(r, " ") ? 1 : 2)) > 0;
  case 'b':
    return (m->month = read_name(r, months) + 1) > 0;
  case 'y':
    m->year = read_digits(r, 2);
    if (m->year < 0)
      return false;
    m->year = full_year((int)m->year, now);
    return true;
  case 'Y':
    return (m->year = read_digits(r, 4)) >= 0;
  case 'H':
    return (m->hour = read_digits(r, 2)) >= 0;
  case 'M':
    return (m->minute = read_digits(r, 2)) >= 0;
  case 'Z':
    return skip(r, "GMT");
  case 'S':
    return (m->second = read_digits(r, 2)) >= 0;
  default:
    return skip(r, literal);
  }
}

static bool is_leap(int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_sound(const moment *m) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int length = lengths[m->month - 1] + (m->month == 2 && is_leap(m->year));
  return m->day <= length && m->hour < 24 && m->minute < 60 && m->second <= 60;
}

/* Whether the whole text has that form. */
static bool has_form(reader text, const char *form, moment *m, int64_t now) {
  for (; *form != '\0'; form++)
    if (!read_part(&text, *form, m, now))
      return false;
  return text.at == text.end && is_sound(m);
}

/* Seconds since 1970, by the Gregorian calendar. */
static int64_t seconds_of(const moment *m) {
  /* Years begin in March here, so that a leap day is the last one. */
  int64_t year = m->month > 2 ? m->year : m->year - 1;
  int64_t month = (m->month + 9) % 12, leap_days = year / 4 - year / 100 + year / 400;
  int64_t days = year * 365 + leap_days + (month * 153 + 2) / 5 + m->day - 1 - 719468;
  return ((days * 24 + m->hour) * 60 + m->minute) * 60 + m->second;
}

static int64_t read_date(reader text, int64_t now) {
  static const char *const forms[] = {"a, d b Y H:M:S Z", "A, d-b-y H:M:S Z", "a b e H:M:S Y"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    moment m = {0};
    if (has_form(text, forms[i], &m, now)) {
      int64_t left = seconds_of(&m) - now;
      return left > 0 ? left * 1000 : 0;
    }
  }
  return -1;
}

/* More digits are no wait, but a time since 1970 or an overflow of the server's. */
enum { MOST_DIGITS = 9 };

int64_t retry_after_read(const char *text, size_t length, int64_t now) {
  reader r = {text, text + length};
  if (length == 0 || *text < '0' || *text > '9')
    return read_date(r, now);
  while (r.at < r.end && *r.at == '0')
    r.at++;
  if (r.end - r.at > MOST_DIGITS)
    return -1;
  int seconds = read_digits(&r, (int)(r.end - r.at));
  return seconds < 0 ? -1 : (int64_t)seconds * 1000;
}

int64_t retry_after_of(const response *r, int64_t now) {
  int64_t longest = -1;
  size_t length = 0;
  for (const char *value = NULL;
       (value = response_next_header(r, "Retry-After", value, &length)) != NULL;) {
    int64_t wait = retry_after_read(value, length, now);
    if (wait > longest)
      longest = wait;
  }
  return longest;
}
