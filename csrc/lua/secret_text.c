#include "secret_text.h"

#include <stdbool.h>
#include <string.h>

#include "core.h"

static bool is_in(char c, const char *set) {
  return c != '\0' && strchr(set, c) != NULL;
}

/* Quotation marks and blanks outside ASCII begin with, and are, bytes above 127. */
static bool is_ascii(char c) {
  return (unsigned char)c < 128;
}

const char *secret_text_problem(const char *text) {
  if (*text == '\0')
    return "it is empty";
  char first = text[0], last = text[strlen(text) - 1];
  if (is_in(last, "\r\n"))
    return "it ends in a line break";
  if (is_in(first, "\r\n"))
    return "it begins with a line break";
  if (is_in(last, " \t"))
    return "it ends in a blank";
  if (is_in(first, " \t"))
    return "it begins with a blank";
  if (is_in(last, "\"'`"))
    return "it ends in a quotation mark";
  if (is_in(first, "\"'`"))
    return "it begins with a quotation mark";
  if (!is_ascii(last))
    return "it ends in a character that is not ASCII";
  if (!is_ascii(first))
    return "it begins with a character that is not ASCII";
  for (const char *c = text; *c != '\0'; c++)
    if (is_control(*c))
      return "it has a control character";
  return NULL;
}
