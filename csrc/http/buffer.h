/* A growing byte array with a limit. libcurl's callbacks append received data to it. */
#ifndef TN_BUFFER_H
#define TN_BUFFER_H

#include <stddef.h>

typedef struct buffer {
  char *data; /* owned; NULL until the first byte */
  size_t length;
  size_t capacity;
} buffer;

typedef enum buffer_result { BUFFER_OK, BUFFER_FULL, BUFFER_NO_MEMORY } buffer_result;

/* Appends a copy of the bytes, unless that would make it longer than limit. */
buffer_result buffer_append(buffer *b, const char *bytes, size_t count, size_t limit);

/* Empties it, keeping the memory for the next use unless it is more than keep bytes. */
void buffer_reset(buffer *b, size_t keep);

void buffer_free(buffer *b);

#endif
