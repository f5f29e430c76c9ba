/* What came back of a request: the head's lines and the decompressed body. */
#ifndef TN_RESPONSE_H
#define TN_RESPONSE_H

#include <stdbool.h>

#include "buffer.h"

typedef struct response {
  buffer head;         /* header lines of the last response, as they came */
  buffer body;         /* decompressed */
  size_t body_limit;   /* bytes */
  bool head_is_whole;  /* its blank line came */
  bool is_interim;     /* a 100 and the like, after which the final one comes */
  bool is_held;        /* pointers into head and body are in use... */
  struct retired *old; /* ...which stay here when another response begins meanwhile */
} response;

/* Adds a line of the head. A status line begins another response: only the last one counts. */
buffer_result response_add_line(response *r, const char *line, size_t length);

buffer_result response_add_body(response *r, const char *bytes, size_t count);

/* Whether a line of the head is a status line of HTTP/1.x. */
bool response_is_http1(const char *line, size_t length);

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
