#include "number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* No number of so many digits overflows 64 bits. */
enum { SAFE_DIGITS = 19 };

/* Digits that decide how a decimal number is rounded: 767, and whether any digit follows them. */
enum { DIGITS_MOST = 800 };

/* No text is long enough to need a larger exponent, and sums of it do not overflow. */
static const int64_t EXPONENT_MOST = INT64_C(1000000000000000);

/* A number's text, and what was seen of it. */
typedef struct parts {
  const char *digits, *digits_end; /* with the point, without sign and exponent */
  uint64_t mantissa;               /* the digits as one number, if they are few */
  int digit_count;                 /* significant digits, counted up to a few more than are safe */
  int64_t exponent;                /* of ten, for the mantissa */
  int64_t written_exponent;
} parts;

static bool is_digit(const char *at, const char *end) {
  return at < end && *at >= '0' && *at <= '9';
}

static const char *read_digits(const char *at, const char *end, parts *p) {
  for (; is_digit(at, end); at++) {
    unsigned digit = (unsigned)(*at - '0');
    if (p->digit_count > 0 || digit > 0)
      p->digit_count += p->digit_count <= SAFE_DIGITS;
    if (p->digit_count <= SAFE_DIGITS)
      p->mantissa = p->mantissa * 10 + digit;
  }
  return at;
}

/* Returns at if no exponent follows. */
static const char *read_exponent(const char *at, const char *end, parts *p) {
  const char *from = at;
  if (at == end || (*at != 'e' && *at != 'E'))
    return from;
  at++;
  bool minus = at < end && *at == '-';
  at += at < end && (*at == '-' || *at == '+');
  if (!is_digit(at, end))
    return from;
  int64_t value = 0;
  for (; is_digit(at, end); at++)
    if (value < EXPONENT_MOST)
      value = value * 10 + (*at - '0');
  p->written_exponent = minus ? -value : value;
  return at;
}

/* A product or quotient of two doubles that are exact is rounded once, so it is the nearest one. */
static bool convert_exactly(const parts *p, double *value) {
#if FLT_EVAL_METHOD == 0
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (p->digit_count > SAFE_DIGITS || p->mantissa > (UINT64_C(1) << 53) || p->exponent > 22 ||
      p->exponent < -22)
    return false;
  *value = p->exponent < 0 ? (double)p->mantissa / powers[-p->exponent]
                           : (double)p->mantissa * powers[p->exponent];
  return true;
#else
  (void)p;
  (void)value;
  return false;
#endif
}

/* The decimal point is the one part of a number that strtod reads by the locale. So it is given the
 * digits without a point, and an exponent that makes up for it. */
static double convert_by_strtod(const parts *p) {
  char text[DIGITS_MOST + 32];
  size_t length = 0;
  int64_t exponent = p->written_exponent;
  bool is_fraction = false, is_inexact = false;
  for (const char *at = p->digits; at < p->digits_end; at++) {
    if (*at == '.') {
      is_fraction = true;
    } else if (length < DIGITS_MOST) {
      if (length > 0 || *at != '0')
        text[length++] = *at;
      exponent -= is_fraction;
    } else {
      is_inexact = is_inexact || *at != '0';
      exponent += !is_fraction;
    }
  }
  if (length == 0)
    return 0;
  if (is_inexact) {
    text[length++] = '1';
    exponent--;
  }
  /* Beyond this, the value is infinite or zero with any digits. */
  int shown = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : (int)exponent;
  (void)snprintf(text + length, sizeof text - length, "e%d", shown);
  return strtod(text, NULL);
}

static bool fits_integer(const parts *p, bool minus) {
  return p->digit_count <= SAFE_DIGITS && p->mantissa <= (uint64_t)INT64_MAX + minus;
}

static const char *refuse(const char **reason, const char *why) {
  *reason = why;
  return NULL;
}

const char *json_read_number(const char *at, const char *end, json_number *number,
                             const char **reason) {
  bool minus = *at == '-';
  parts p = {.digits = at + minus};
  const char *point = read_digits(p.digits, end, &p);
  const char *fraction = point + (point < end && *point == '.');
  p.digits_end = fraction > point ? read_digits(fraction, end, &p) : point;
  if (p.digits_end - p.digits == fraction - point)
    return refuse(reason, "a digit expected");
  if (point - p.digits > 1 && *p.digits == '0')
    return refuse(reason, "a number has a leading zero");
  const char *stop = read_exponent(p.digits_end, end, &p);
  number->is_integer = stop == point && fits_integer(&p, minus);
  if (number->is_integer) {
    number->integer = (int64_t)(minus ? 0 - p.mantissa : p.mantissa);
    return stop;
  }
  p.exponent = p.written_exponent - (p.digits_end - fraction);
  double value;
  if (!convert_exactly(&p, &value))
    value = convert_by_strtod(&p);
  if (!isfinite(value))
    return refuse(reason, "a number is out of range");
  number->real = minus ? -value : value;
  return stop;
}
