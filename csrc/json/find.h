/* Finds the end of a run of plain characters within a string, eight bytes at a time. */
#ifndef TN_JSON_FIND_H
#define TN_JSON_FIND_H

#include <stdint.h>
#include <string.h>

/* Not zero if a byte of the word is zero. */
static inline uint64_t json_has_zero(uint64_t word) {
  return (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080);
}

/* The first quote or backslash, or end. */
static inline const char *json_find_special(const char *at, const char *end) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  for (uint64_t word; end - at >= (ptrdiff_t)sizeof word; at += sizeof word) {
    memcpy(&word, at, sizeof word);
    if ((json_has_zero(word ^ ones * '"') | json_has_zero(word ^ ones * '\\')) != 0)
      break;
  }
  while (at < end && *at != '"' && *at != '\\')
    at++;
  return at;
}

#endif
