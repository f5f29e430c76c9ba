/* Detects that an HTTP/2 server did not read a request: it refused the stream, or sent a GOAWAY
 * with a lower last stream. libcurl reports this in its log only, so the log is parsed. If the log
 * has no such line, or other words, the request counts as one that may have been executed, which is
 * safe.
 *
 * The log also contains text of the peer, such as the names in its certificate. So a line counts
 * only by its beginning, and only after the request's stream was opened and before another
 * connection is tried. */
#ifndef TN_REFUSED_STREAM_H
#define TN_REFUSED_STREAM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct refused_stream {
  bool is_sent;   /* the request was given to the present connection */
  bool is_opened; /* its stream was opened */
  long stream;    /* the stream's number; 0 if it is not known */
  bool is_known;  /* the refusal */
} refused_stream;

/* The request is sent on an established connection. Forgets an earlier refusal. */
void refused_stream_sent(refused_stream *r);

/* Another connection is tried: log lines do not concern the request until it is sent again. */
void refused_stream_reconnect(refused_stream *r);

/* Takes a line of the log, which need not be terminated. */
void refused_stream_note(refused_stream *r, const char *line, size_t length);

#endif
