#include "escape.h"

#include <stdbool.h>
#include <string.h>

#include "find.h"

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits there, or -1. */
static int hex_unit(const char *at, const char *end) {
  int unit = 0;
  if (end - at < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0)
      return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

static bool is_high_surrogate(int unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low_surrogate(int unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

/* What a backslash and that letter stand for; 0 if nothing. */
static char plain_of(char letter) {
  static const char letters[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
  const char *place = letter != '\0' ? strchr(letters, letter) : NULL;
  if (place == NULL)
    return '\0';
  return plain[place - letters];
}

static const char *refuse(const char **reason, const char *why) {
  *reason = why;
  return NULL;
}

const char *json_check_escape(const char *at, const char *end, const char **reason) {
  if (at < end && plain_of(*at) != '\0')
    return at + 1;
  int unit = at < end && *at == 'u' ? hex_unit(at + 1, end) : -1;
  if (unit < 0)
    return refuse(reason, "there is no such escape");
  at += 5;
  if (is_high_surrogate(unit)) {
    bool is_followed = end - at >= 2 && at[0] == '\\' && at[1] == 'u';
    if (is_followed && is_low_surrogate(hex_unit(at + 2, end)))
      return at + 6;
  } else if (!is_low_surrogate(unit)) {
    return at;
  }
  return refuse(reason, "half of a surrogate pair is missing");
}

static char *write_utf8(char *to, unsigned point) {
  static const struct {
    unsigned below;
    unsigned char lead;
  } forms[] = {{0x80, 0x00}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0}};
  int more = 0;
  while (point >= forms[more].below)
    more++;
  *to++ = (char)(forms[more].lead | point >> (6 * more));
  while (more-- > 0)
    *to++ = (char)(0x80 | (point >> (6 * more) & 0x3f));
  return to;
}

/* at stands at a u, afterwards behind the escape, or the pair of them. */
static char *write_unit(const char **at, const char *end, char *to) {
  unsigned point = (unsigned)hex_unit(*at + 1, end);
  *at += 5;
  if (is_high_surrogate((int)point)) {
    unsigned low = (unsigned)hex_unit(*at + 2, end);
    point = 0x10000 + ((point - 0xd800) << 10 | (low - 0xdc00));
    *at += 6;
  }
  return write_utf8(to, point);
}

size_t json_unescape(const char *text, size_t length, char *to) {
  const char *at = text, *end = text + length;
  char *start = to;
  while (at < end) {
    const char *stop = json_find_special(at, end);
    memcpy(to, at, (size_t)(stop - at));
    to += stop - at;
    at = stop + 1;
    if (stop == end)
      break;
    if (*at == 'u')
      to = write_unit(&at, end, to);
    else
      *to++ = plain_of(*at++);
  }
  return (size_t)(to - start);
}
