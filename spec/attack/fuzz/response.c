/* The response's own code: lines, bodies, look-ups, and buffers that are held while another begins. */
#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"

enum { BODY_LIMIT = 4096, HEAD_MOST = 256 * 1024 };

/* A value is a part of the head, has no line break, and no blanks around it. */
static void look_up(const response *r, const char *name) {
  size_t length = 0;
  const char *value = response_header(r, name, &length);
  if (value == NULL)
    return;
  HOLDS(value > r->head.data && value + length <= r->head.data + r->head.length);
  HOLDS(memchr(value, '\n', length) == NULL);
  HOLDS(length == 0 || (*value != ' ' && *value != '\t' && value[length - 1] != ' '));
  size_t name_length = strlen(name);
  bool is_named = false;
  for (const char *at = value - 1; at >= r->head.data && *at != '\n' && !is_named; at--)
    is_named = *at == ':' && at - name_length >= r->head.data &&
               strncasecmp(at - name_length, name, name_length) == 0;
  HOLDS(is_named);
}

static void check(const response *r) {
  HOLDS(r->status >= 0 && r->status <= 999);
  HOLDS(r->head.length <= HEAD_MOST && r->body.length <= BODY_LIMIT);
  HOLDS(!response_is_whole(r) || r->head_has_ended);
  HOLDS(!response_leaves_body(r) || r->status == 204);
  look_up(r, "Content-Length");
  look_up(r, "Retry-After");
  look_up(r, "x");
}

/* Each line of the input is one call; its first byte says which. */
static void act(response *r, char what, const char *line, size_t length) {
  switch (what) {
  case 'b':
    (void)response_add_body(r, line, length);
    break;
  case 'f':
    HOLDS(response_forget(r));
    HOLDS(r->head.length == 0 && r->body.length == 0 && r->status == 0);
    break;
  case '2':
    (void)response_is_http2(line, length);
    break;
  default:
    (void)response_add_line(r, line, length);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  response r = {.body_limit = BODY_LIMIT};
  bool was_held = false, holds = false;
  const char *at = (const char *)bytes, *end = at + count;
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((stop != NULL ? stop + 1 : end) - at);
    if (*at == 'h' && !holds) {
      was_held = response_hold(&r);
      holds = true;
    } else if (*at == 'g' && holds) {
      response_let_go(&r, was_held);
      holds = false;
    }
    act(&r, *at, at, length);
    check(&r);
    at += length;
  }
  response_free(&r);
  return 0;
}
