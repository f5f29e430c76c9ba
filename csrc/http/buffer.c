#include "buffer.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 4096 };

buffer_result buffer_append(buffer *b, const char *bytes, size_t count, size_t limit) {
  if (count == 0)
    return BUFFER_OK;
  if (b->length > limit || count > limit - b->length)
    return BUFFER_FULL;
  size_t needed = b->length + count;
  if (needed > b->capacity) {
    size_t capacity = b->capacity < SMALLEST ? SMALLEST : b->capacity;
    while (capacity < needed)
      capacity = capacity > limit / 2 ? limit : capacity * 2;
    char *data = realloc(b->data, capacity);
    if (data == NULL)
      return BUFFER_NO_MEMORY;
    b->data = data;
    b->capacity = capacity;
  }
  memcpy(b->data + b->length, bytes, count);
  b->length = needed;
  return BUFFER_OK;
}

void buffer_reset(buffer *b, size_t keep) {
  if (b->capacity > keep)
    buffer_free(b);
  b->length = 0;
}

void buffer_free(buffer *b) {
  free(b->data);
  *b = (buffer){0};
}
