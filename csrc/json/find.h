/* Finds where a run of plain characters ends within a string, and where two texts differ, many bytes at a time. */
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

/* Which of sixteen bytes differ. */
static inline unsigned json_different(const char *a, const char *b) {
  __m128i one = _mm_loadu_si128((const __m128i *)a), other = _mm_loadu_si128((const __m128i *)b);
  return 0xffffU ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(one, other));
}

/* How many bytes are the same before one that is not. The last block begins within the one before it. */
static inline size_t json_count_same(const char *a, const char *b, size_t most) {
  unsigned different = 0;
  size_t count = 0;
  for (; most - count >= 16; count += 16)
    if ((different = json_different(a + count, b + count)) != 0)
      return count + (size_t)__builtin_ctz(different);
  if (most >= 16) {
    different = json_different(a + most - 16, b + most - 16);
    return different != 0 ? most - 16 + (size_t)__builtin_ctz(different) : most;
  }
  while (count < most && a[count] == b[count])
    count++;
  return count;
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

static inline size_t json_count_same(const char *a, const char *b, size_t most) {
  size_t count = 0;
  while (most - count >= 8 && memcmp(a + count, b + count, 8) == 0)
    count += 8;
  while (count < most && a[count] == b[count])
    count++;
  return count;
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
