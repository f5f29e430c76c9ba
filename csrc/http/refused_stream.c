#include "refused_stream.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

void refused_stream_sent(refused_stream *r) {
  *r = (refused_stream){.is_sent = true};
}

void refused_stream_reconnect(refused_stream *r) {
  r->is_sent = r->is_opened = false;
}

/* The text after the words that the line begins with, or NULL if it begins otherwise. */
static const char *after(const char *line, const char *words) {
  size_t length = strlen(words);
  return strncmp(line, words, length) == 0 ? line + length : NULL;
}

/* The number that stands there, which is at most INT_MAX in HTTP/2. Sets the position behind it. */
static int64_t number_at(const char *text, const char **rest) {
  int64_t number = 0;
  for (; *text >= '0' && *text <= '9'; text++)
    if (number <= INT_MAX / 10)
      number = number * 10 + (*text - '0');
  *rest = text;
  return number;
}

/* The position of the number of the request's stream in a line that opens it, or NULL. */
static const char *own_stream(const char *line) {
  const char *number = after(line, "Using Stream ID: "); /* 7.x */
  if (number != NULL)
    return number;
  number = after(line, "[HTTP/2] [");
  const char *rest = number != NULL ? strchr(number, ']') : NULL;
  return rest != NULL && after(rest, "] OPENED stream") != NULL ? number : NULL;
}

/* The position of the number of the last stream that a GOAWAY permits, or NULL. */
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
    const char *rest;
    return number_at(refused, &rest) == stream && after(rest, " refused by server") != NULL;
  }
  const char *last = last_stream(line);
  return last != NULL && number_at(last, &last) < stream;
}

void refused_stream_note(refused_stream *r, const char *text, size_t length) {
  char line[256];
  if (!r->is_sent)
    return;
  if (length >= sizeof line)
    length = sizeof line - 1;
  memcpy(line, text, length);
  line[length] = '\0';
  const char *own = own_stream(line);
  if (own != NULL) {
    r->is_opened = true;
    r->stream = (long)number_at(own, &own);
  } else if (r->is_opened && is_refusal(line, r->stream)) {
    r->is_known = true;
  }
}
