/* Included before each file of csrc: its allocation with the number FAIL_ALLOCATION, counted from 1, fails. */
#include <stdlib.h>
#include <string.h>

__attribute__((weak)) int allocations_of_the_core;

static inline int allocation_fails(void) {
  const char *failing = getenv("FAIL_ALLOCATION");
  return failing != NULL && ++allocations_of_the_core == atoi(failing);
}

#define malloc(size) (allocation_fails() ? NULL : malloc(size))
#define calloc(count, size) (allocation_fails() ? NULL : calloc(count, size))
#define realloc(block, size) (allocation_fails() ? NULL : realloc(block, size))
#define strdup(text) (allocation_fails() ? NULL : strdup(text))
