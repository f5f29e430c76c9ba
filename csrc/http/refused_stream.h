/* Whether an HTTP/2 server has said that it did not read a request: by refusing its stream, or by a
 * GOAWAY that names a stream before it. libcurl tells this in its log only, so it is taken from there.
 * Where the log says nothing, or has other words for it, nothing is known, which is safe: the
 * request then counts as one that may have been acted upon.
 *
 * The log also holds words of the peer, such as the names in its certificate. So a line counts only as
 * libcurl begins it, and only between the moment when the request's stream was opened on a
 * connection and the moment when another connection is tried. */
#ifndef TN_REFUSED_STREAM_H
#define TN_REFUSED_STREAM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct refused_stream {
  bool is_sent;   /* the request was handed to the connection that is in use */
  bool is_opened; /* its stream was */
  long stream;    /* the stream's number; 0 if it is not known */
  bool is_known;
} refused_stream;

/* The request goes out on a connection that stands. */
void refused_stream_sent(refused_stream *t);

/* Another connection is tried: what the log says from now on is not about the request. */
void refused_stream_reconnect(refused_stream *t);

/* To be told every line of the log while the request is under way; it need not be terminated. */
void refused_stream_note(refused_stream *t, const char *line, size_t length);

#endif
