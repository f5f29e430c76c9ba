/* Whether an HTTP/2 server has said that it did not read a request: by refusing its stream, or by a
 * GOAWAY that names a stream before it. libcurl tells this to nobody but its log, so it is taken
 * from there. Where the log says nothing, or has other words for it, nothing is known, which is
 * safe: the request then counts as one that may have been acted upon. */
#ifndef TN_TURNED_AWAY_H
#define TN_TURNED_AWAY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct turned_away {
  long stream; /* the request's number; 0 if it is not known */
  bool is_known;
} turned_away;

/* To be told every line of the log while the request is under way; it need not be terminated. */
void turned_away_note(turned_away *t, const char *line, size_t length);

#endif
