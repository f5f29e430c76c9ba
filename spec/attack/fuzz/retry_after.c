/* Retry-After: any text gives a wait that cannot overflow a time, or none. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "retry_after.h"

static const int64_t NOW = 784111777;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  char *text = malloc(count > 0 ? count : 1); /* without an end: nothing beyond it may be read */
  if (text == NULL)
    return 0;
  if (count > 0)
    memcpy(text, bytes, count);
  int64_t wait = retry_after_read(text, count, NOW);
  HOLDS(wait >= -1 && wait <= INT64_MAX / 1000);
  free(text);
  return 0;
}
