/* The response to a request: the header lines and the decompressed body. */
#ifndef TN_RESPONSE_H
#define TN_RESPONSE_H

#include <stdbool.h>

#include "buffer.h"

typedef struct response {
  buffer head;         /* header lines of the last response, as they came */
  buffer body;         /* decompressed */
  size_t body_limit;   /* bytes */
  size_t heads_length; /* of this head, and of the interim ones before it */
  int status;          /* of the head; 0 before its status line */
  bool head_has_ended; /* its blank line was received */
  bool is_held;        /* pointers into head and body are in use */
  struct retired *old; /* owned: buffers that were held when another response began */
} response;

/* Appends a copy of a line of the head, or of a trailer. After an interim response (a status 1xx)
 * another head begins, and the one before is dropped. */
buffer_result response_add_line(response *r, const char *line, size_t length);

/* Whether a whole head came that is not an interim one. */
bool response_is_whole(const response *r);

/* Whether the head announces a body although its status has none. libcurl does not read such a body: it is
 * left on the connection. */
bool response_leaves_body(const response *r);

buffer_result response_add_body(response *r, const char *bytes, size_t count);

/* True for the status line that libcurl makes for a response over HTTP/2, which has none. A server of
 * HTTP/1.1 may claim that version, with a reason phrase. */
bool response_is_http2(const char *line, size_t length);

/* The value of the first header of that name, or NULL. Not terminated. Borrowed: valid until the
 * response changes, unless it is held. */
const char *response_header(const response *r, const char *name, size_t *length);

/* The same for the next line of that name, after the value that was given last; the first for
 * NULL. */
const char *response_next_header(const response *r, const char *name, const char *previous,
                                 size_t *length);

/* Between these two calls, pointers into the response stay valid, even if it is forgotten. Calls
 * may be nested: pass the result of the first to the second. */
bool response_hold(response *r);
void response_let_go(response *r, bool was_held);

/* Empties it for the next response. False when out of memory, which happens only if it is held. */
bool response_forget(response *r);

void response_free(response *r);

#endif
