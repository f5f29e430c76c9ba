/* An allocator that fails on demand. The linker sends the calls of csrc/http here (--wrap); those
 * inside libcurl and OpenSSL do not come by. */
#include <stdlib.h>

#include "check.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static int count, last = -1; /* after which they fail; -1 for never */

void memory_ends_after(int allocations) {
  last = count + allocations;
}

void memory_is_back(void) {
  last = -1;
}

int memory_count(void) {
  return count;
}

static bool is_over(void) {
  return last >= 0 && count >= last;
}

void *__wrap_malloc(size_t size) {
  if (is_over())
    return NULL;
  count++;
  return __real_malloc(size);
}

void *__wrap_calloc(size_t items, size_t size) {
  if (is_over())
    return NULL;
  count++;
  return __real_calloc(items, size);
}

void *__wrap_realloc(void *old, size_t size) {
  if (is_over())
    return NULL;
  count++;
  return __real_realloc(old, size);
}

char *__wrap_strdup(const char *text) {
  if (is_over())
    return NULL;
  count++;
  return __real_strdup(text);
}
