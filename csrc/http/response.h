/* What came back of a request: the head's lines and the decompressed body. */
#ifndef TN_RESPONSE_H
#define TN_RESPONSE_H

#include <stdbool.h>

#include "buffer.h"

typedef struct response {
  buffer head;         /* header lines of the last response, as they came */
  buffer body;         /* decompressed */
  size_t body_limit;   /* bytes */
  int status;          /* of the head; 0 before its status line */
  bool head_has_ended; /* its blank line came */
  bool is_held;        /* pointers into head and body are in use... */
  struct retired *old; /* ...which stay here when another response begins meanwhile */
} response;

/* Adds a line of the head, or a trailer. After an interim response, a 100 and the like, another head
 * begins: only the last one counts. */
buffer_result response_add_line(response *r, const char *line, size_t length);

/* Whether a whole head came that is not an interim one. */
bool response_is_whole(const response *r);

/* Whether the head announces a body although its status has none. libcurl does not read such a body: it is
 * left on the connection. */
bool response_leaves_body(const response *r);

buffer_result response_add_body(response *r, const char *bytes, size_t count);

/* Whether a status line is the one that libcurl makes up for an answer over HTTP/2, in which there is none.
 * A server of HTTP/1.1 may claim that version in words of its own. */
bool response_is_http2(const char *line, size_t length);

/* The value of the header of that name, not terminated; NULL if absent. */
const char *response_header(const response *r, const char *name, size_t *length);

/* Between these two, what pointers into the response point to stays, even if it is forgotten. The first
 * gives what the second takes. */
bool response_hold(response *r);
void response_let_go(response *r, bool was_held);

/* Makes room for another response. False when out of memory, which can only be where it is held. */
bool response_forget(response *r);

void response_free(response *r);

#endif
