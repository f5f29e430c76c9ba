#include "response.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_LIMIT = 256 * 1024, HEAD_KEEP = 16 * 1024, BODY_KEEP = 64 * 1024 };

static bool begins_with(const char *line, size_t length, const char *words) {
  size_t count = strlen(words);
  return length >= count && memcmp(line, words, count) == 0;
}

bool response_is_http2(const char *line, size_t length) {
  static const char pattern[] = "HTTP/2 ddd \r\n";
  return length == sizeof pattern - 1 && begins_with(line, length, "HTTP/2 ") &&
         memcmp(line + 10, pattern + 10, 3) == 0;
}

/* The number behind the first blank; 0 if there is none. */
static int status_of(const char *line, size_t length) {
  const char *at = memchr(line, ' ', length), *end = line + length;
  int status = 0;
  while (at != NULL && at < end && *at == ' ')
    at++;
  for (int i = 0; i < 3 && at != NULL && at < end && *at >= '0' && *at <= '9'; i++)
    status = status * 10 + (*at++ - '0');
  return status;
}

static bool is_interim(const response *r) {
  return r->status >= 100 && r->status < 200;
}

bool response_is_whole(const response *r) {
  return r->head_has_ended && !is_interim(r);
}

static void begin_head(response *r, const char *line, size_t length) {
  buffer_reset(&r->head, HEAD_KEEP);
  r->head_has_ended = false;
  r->status = status_of(line, length);
}

buffer_result response_add_line(response *r, const char *line, size_t length) {
  if (r->head.length == 0 || (r->head_has_ended && is_interim(r)))
    begin_head(r, line, length);
  else if (length > 0 && length <= 2 && (*line == '\r' || *line == '\n'))
    r->head_has_ended = true;
  r->heads_length += length; /* interim responses may come without end */
  if (r->heads_length > HEAD_LIMIT)
    return BUFFER_FULL;
  return buffer_append(&r->head, line, length, HEAD_LIMIT);
}

bool response_leaves_body(const response *r) {
  size_t length;
  if (r->status != 204)
    return false;
  if (response_header(r, "Transfer-Encoding", &length) != NULL)
    return true;
  const char *announced = response_header(r, "Content-Length", &length);
  return announced != NULL && strspn(announced, "0") < length;
}

buffer_result response_add_body(response *r, const char *bytes, size_t count) {
  return buffer_append(&r->body, bytes, count, r->body_limit);
}

/* The value of a header line that begins with the name and a colon, without surrounding blanks. */
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
  return response_next_header(r, name, NULL, length);
}

const char *response_next_header(const response *r, const char *name, const char *previous,
                                 size_t *length) {
  size_t name_length = strlen(name);
  const char *line = r->head.data;
  const char *end = line != NULL ? line + r->head.length : NULL;
  if (previous != NULL) {
    const char *stop = memchr(previous, '\n', (size_t)(end - previous));
    line = stop != NULL ? stop + 1 : end;
  }
  while (line < end) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL)
      stop = end;
    if ((size_t)(stop - line) > name_length && line[name_length] == ':' &&
        curl_strnequal(line, name, name_length) != 0)
      return value_of(line, stop, name_length, length);
    line = stop < end ? stop + 1 : end;
  }
  return NULL;
}

/* Buffers that were held when another response began. */
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
  r->head_has_ended = false;
  r->heads_length = 0;
  r->status = 0;
  return true;
}

void response_free(response *r) {
  response_let_go(r, false);
  buffer_free(&r->head);
  buffer_free(&r->body);
}
