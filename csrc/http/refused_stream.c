#include "refused_stream.h"

#include <stdlib.h>
#include <string.h>

void refused_stream_sent(refused_stream *t) {
  *t = (refused_stream){.is_sent = true};
}

void refused_stream_reconnect(refused_stream *t) {
  t->is_sent = t->is_opened = false;
}

/* What follows the words at the line's start, or NULL if it does not begin with them. */
static const char *after(const char *line, const char *words) {
  size_t length = strlen(words);
  return strncmp(line, words, length) == 0 ? line + length : NULL;
}

/* Where the number of the request's own stream is, if the line tells it. */
static const char *own_stream(const char *line) {
  const char *number = after(line, "Using Stream ID: "); /* 7.x */
  if (number != NULL)
    return number;
  number = after(line, "[HTTP/2] [");
  const char *rest = number != NULL ? strchr(number, ']') : NULL;
  return rest != NULL && after(rest, "] OPENED stream") != NULL ? number : NULL;
}

/* Where the number is of the last stream that a GOAWAY lets be answered. */
static const char *last_stream(const char *line) {
  const char *rest = after(line, "received GOAWAY, error=");
  if (rest == NULL)
    rest = after(line, "recveived GOAWAY, error="); /* before 8.0 */
  const char *comma = rest != NULL ? strchr(rest, ',') : NULL;
  return comma != NULL ? after(comma, ", last_stream=") : NULL;
}

static bool is_refusal(const char *line, long stream) {
  if (after(line, "REFUSED_STREAM") != NULL)
    return true;
  const char *refused = after(line, "HTTP/2 stream ");
  if (refused != NULL) {
    char *rest;
    return strtol(refused, &rest, 10) == stream && after(rest, " refused by server") != NULL;
  }
  const char *last = last_stream(line);
  return last != NULL && strtol(last, NULL, 10) < stream;
}

void refused_stream_note(refused_stream *t, const char *text, size_t length) {
  char line[256];
  if (!t->is_sent)
    return;
  if (length >= sizeof line)
    length = sizeof line - 1;
  memcpy(line, text, length);
  line[length] = '\0';
  const char *own = own_stream(line);
  if (own != NULL) {
    t->is_opened = true;
    t->stream = strtol(own, NULL, 10);
  } else if (t->is_opened && is_refusal(line, t->stream)) {
    t->is_known = true;
  }
}
