/* Overwrites memory that held a secret, in a way that the compiler may not drop. */
#ifndef TN_WIPE_H
#define TN_WIPE_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static inline void wipe(void *memory, size_t size) {
  volatile unsigned char *byte = memory;
  while (size-- > 0)
    *byte++ = 0;
}

/* Wipes and frees a string made by malloc; NULL is fine. */
static inline void wipe_free(char *text) {
  if (text == NULL)
    return;
  wipe(text, strlen(text));
  free(text);
}

#endif
