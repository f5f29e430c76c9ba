#include "turned_away.h"

#include <stdlib.h>
#include <string.h>

/* What follows the words in the line, or NULL if it does not have them. */
static const char *after(const char *line, const char *words) {
  const char *found = strstr(line, words);
  return found != NULL ? found + strlen(words) : NULL;
}

void turned_away_note(turned_away *t, const char *text, size_t length) {
  char line[256];
  const char *number;
  if (length >= sizeof line)
    length = sizeof line - 1;
  memcpy(line, text, length);
  line[length] = '\0';
  if ((number = after(line, "Using Stream ID: ")) != NULL) /* 7.x */
    t->stream = strtol(number, NULL, 10);
  else if (strstr(line, "OPENED stream") != NULL && (number = after(line, "[HTTP/2] [")) != NULL)
    t->stream = strtol(number, NULL, 10);
  else if (strstr(line, "REFUSED_STREAM") != NULL || strstr(line, " refused by server") != NULL)
    t->is_known = true;
  else if (strstr(line, "GOAWAY") != NULL && (number = after(line, "last_stream=")) != NULL)
    t->is_known = t->is_known || strtol(number, NULL, 10) < t->stream;
}
