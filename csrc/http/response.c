#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_LIMIT = 256 * 1024, HEAD_KEEP = 16 * 1024, BODY_KEEP = 64 * 1024 };

static bool begins_with(const char *line, size_t length, const char *words) {
  size_t count = strlen(words);
  return length >= count && memcmp(line, words, count) == 0;
}

bool response_is_http1(const char *line, size_t length) {
  return begins_with(line, length, "HTTP/1.");
}

static void begin_head(response *r, const char *line, size_t length) {
  const char *status = memchr(line, ' ', length);
  buffer_reset(&r->head, HEAD_KEEP);
  r->head_is_whole = false;
  r->is_interim = status != NULL && status + 1 < line + length && status[1] == '1';
}

buffer_result response_add_line(response *r, const char *line, size_t length) {
  if (begins_with(line, length, "HTTP/"))
    begin_head(r, line, length);
  else if (length > 0 && length <= 2 && (*line == '\r' || *line == '\n'))
    r->head_is_whole = !r->is_interim;
  return buffer_append(&r->head, line, length, HEAD_LIMIT);
}

buffer_result response_add_body(response *r, const char *bytes, size_t count) {
  return buffer_append(&r->body, bytes, count, r->body_limit);
}

/* The value in a header line that begins with the name and a colon, without the blanks around it. */
static const char *value_of(const char *line, const char *end, size_t name_length, size_t *length) {
  const char *value = line + name_length + 1;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
    end--;
  *length = (size_t)(end - value);
  return value;
}

const char *response_header(const response *r, const char *name, size_t *length) {
  size_t name_length = strlen(name);
  const char *line = r->head.data;
  const char *end = line != NULL ? line + r->head.length : NULL;
  while (line < end) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL)
      stop = end;
    if ((size_t)(stop - line) > name_length && line[name_length] == ':' &&
        strncasecmp(line, name, name_length) == 0)
      return value_of(line, stop, name_length, length);
    line = stop < end ? stop + 1 : end;
  }
  return NULL;
}

/* A response that was still being read when another began. */
struct retired {
  buffer head, body;
  struct retired *next;
};

static bool retire(response *r) {
  struct retired *old = malloc(sizeof *old);
  if (old == NULL)
    return false;
  *old = (struct retired){r->head, r->body, r->old};
  r->old = old;
  r->head = r->body = (buffer){0};
  return true;
}

bool response_hold(response *r) {
  bool was_held = r->is_held;
  r->is_held = true;
  return was_held;
}

void response_let_go(response *r, bool was_held) {
  r->is_held = was_held;
  while (!was_held && r->old != NULL) {
    struct retired *old = r->old;
    r->old = old->next;
    buffer_free(&old->head);
    buffer_free(&old->body);
    free(old);
  }
}

bool response_forget(response *r) {
  if (r->is_held && !retire(r))
    return false;
  buffer_reset(&r->head, HEAD_KEEP);
  buffer_reset(&r->body, BODY_KEEP);
  r->head_is_whole = false;
  return true;
}

void response_free(response *r) {
  response_let_go(r, false);
  buffer_free(&r->head);
  buffer_free(&r->body);
}
