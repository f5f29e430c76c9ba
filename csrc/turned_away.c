#include "turned_away.h"

#include <stdlib.h>
#include <string.h>

/* What follows the words in the line, or NULL if it does not have them. */
static const char *after(const char *line, const char *words) {
  const char *found = strstr(line, words);
  return found != NULL ? found + strlen(words) : NULL;
}

/* The request's own number, if the line tells it; else 0. */
static long own_stream(const char *line) {
  const char *number = after(line, "Using Stream ID: "); /* 7.x */
  if (number == NULL && strstr(line, "OPENED stream") != NULL)
    number = after(line, "[HTTP/2] [");
  return number != NULL ? strtol(number, NULL, 10) : 0;
}

static bool is_refusal(const char *line, long stream) {
  if (strncmp(line, "REFUSED_STREAM", 14) == 0 ||
      (strncmp(line, "HTTP/2 stream ", 14) == 0 && strstr(line, " refused by server") != NULL))
    return true;
  const char *last = strstr(line, "GOAWAY") != NULL ? after(line, "last_stream=") : NULL;
  return last != NULL && strtol(last, NULL, 10) < stream;
}

void turned_away_note(turned_away *t, const char *text, size_t length) {
  char line[256];
  if (length >= sizeof line)
    length = sizeof line - 1;
  memcpy(line, text, length);
  line[length] = '\0';
  long stream = own_stream(line);
  if (stream > 0)
    t->stream = stream;
  else if (is_refusal(line, t->stream))
    t->is_known = true;
}
