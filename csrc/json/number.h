/* Numbers of a JSON text, read alike in every locale of the process. */
#ifndef TN_JSON_NUMBER_H
#define TN_JSON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct json_number {
  bool is_integer; /* no point, no exponent, and 64 bits hold it */
  int64_t integer;
  double real; /* if it is no integer: the nearest double */
} json_number;

/* Reads a number that starts at a digit or a minus sign, before end. Returns where it ends; NULL with the
 * reason, a constant, if it is none or too large for a double. Digits may be missing on one side of
 * the point, as in lua-cjson. */
const char *json_read_number(const char *at, const char *end, json_number *number,
                             const char **reason);

#endif
