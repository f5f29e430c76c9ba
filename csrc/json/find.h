/* Finds where a run of plain characters ends within a string, many bytes at a time. */
#ifndef TN_JSON_FIND_H
#define TN_JSON_FIND_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && defined(__GNUC__) && !defined(JSON_PORTABLE)
#include <emmintrin.h>

/* Skips blocks of plain characters: sixteen bytes at a time. */
static inline const char *json_skip_plain(const char *at, const char *end) {
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  for (; end - at >= 16; at += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)at);
    __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
    unsigned marks = (unsigned)_mm_movemask_epi8(found);
    if (marks != 0)
      return at + __builtin_ctz(marks);
  }
  return at;
}
#else
/* Not zero if a byte of the word is zero. */
static inline uint64_t json_has_zero(uint64_t word) {
  return (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080);
}

/* The same, eight bytes at a time. It may stop up to seven bytes early. */
static inline const char *json_skip_plain(const char *at, const char *end) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  for (uint64_t word; end - at >= (ptrdiff_t)sizeof word; at += sizeof word) {
    memcpy(&word, at, sizeof word);
    if ((json_has_zero(word ^ ones * '"') | json_has_zero(word ^ ones * '\\')) != 0)
      break;
  }
  return at;
}
#endif

/* The first quote or backslash, or end. */
static inline const char *json_find_special(const char *at, const char *end) {
  at = json_skip_plain(at, end);
  while (at < end && *at != '"' && *at != '\\')
    at++;
  return at;
}

#endif
