/* What a part of a request's body is read from: a regular file, or a text in memory. It is
 * reference-counted: the binding and the transfers that send it share it. Reading has no position of its
 * own, so that each transfer can begin anew. */
#ifndef TN_SOURCE_H
#define TN_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

typedef struct body_source {
  int holders;              /* the reference count */
  int descriptor;           /* owned; -1 for a text */
  char *text;               /* owned; NULL for a file */
  int64_t size;             /* when it was opened */
  struct timespec modified; /* when the file was changed last, as it was then */
} body_source;

/* With one reference, the caller's. NULL and the reason, a constant, if the file cannot be read. */
body_source *source_of_file(const char *path, const char **why);

/* A copy of the text. NULL when out of memory. */
body_source *source_of_text(const char *text, size_t length);

/* Adds a reference; returns s. */
body_source *source_hold(body_source *s);

/* Drops a reference. NULL is fine. */
void source_release(body_source *s);

/* Reads up to count bytes from that place on, no further than its size. Returns how many: 0 only at its end.
 * -1 and the reason, a constant, if there are fewer bytes than there were, or none can be read. */
ssize_t source_read(const body_source *s, int64_t from, char *bytes, size_t count,
                    const char **why);

/* What has changed since it was opened, a constant; NULL if nothing has. */
const char *source_change(const body_source *s);

#endif
