#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_holds(bool condition, const char *file, int line, const char *what) {
  if (condition)
    return;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  abort();
}

uint8_t fuzz_byte(const uint8_t **bytes, size_t *count) {
  if (*count == 0)
    return 0;
  (*count)--;
  return *(*bytes)++;
}

char *fuzz_text(const uint8_t *bytes, size_t count) {
  char *text = malloc(count + 1);
  HOLDS(text != NULL);
  if (count > 0)
    memcpy(text, bytes, count);
  text[count] = '\0';
  return text;
}
