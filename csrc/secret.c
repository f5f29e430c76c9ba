#include "secret.h"

#include <stdlib.h>
#include <string.h>

#include "wipe.h"

static const char PREFIX[] = "Authorization: Basic ";

static char *encode_base64(char *out, const unsigned char *in, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    unsigned long group = (unsigned long)in[i] << 16;
    if (left > 1)
      group |= (unsigned long)in[i + 1] << 8;
    if (left > 2)
      group |= in[i + 2];
    *out++ = digits[group >> 18];
    *out++ = digits[group >> 12 & 63];
    out[0] = out[1] = '=';
    if (left > 1)
      out[0] = digits[group >> 6 & 63];
    if (left > 2)
      out[1] = digits[group & 63];
    out += 2;
  }
  return out;
}

/* The whole header line, in memory that the caller wipes and frees. */
static char *authorization(const char *user, const char *password) {
  size_t user_length = strlen(user);
  size_t plain_length = user_length + 1 + strlen(password);
  size_t prefix_length = sizeof PREFIX - 1;
  char *plain = malloc(plain_length + 1);
  char *line = malloc(prefix_length + (plain_length + 2) / 3 * 4 + 1);
  if (plain != NULL && line != NULL) {
    memcpy(plain, user, user_length);
    plain[user_length] = ':';
    memcpy(plain + user_length + 1, password, plain_length - user_length);
    memcpy(line, PREFIX, prefix_length);
    *encode_base64(line + prefix_length, (unsigned char *)plain, plain_length) = '\0';
  } else {
    free(line);
    line = NULL;
  }
  if (plain != NULL)
    wipe(plain, plain_length);
  free(plain);
  return line;
}

secret *secret_new(const char *user, const char *password) {
  secret *s = calloc(1, sizeof *s);
  if (s == NULL)
    return NULL;
  s->holders = 1;
  s->authorization = authorization(user, password);
  if (s->authorization == NULL) {
    secret_release(s);
    return NULL;
  }
  return s;
}

secret *secret_hold(secret *s) {
  if (s != NULL)
    s->holders++;
  return s;
}

void secret_release(secret *s) {
  if (s == NULL || --s->holders > 0)
    return;
  wipe_free(s->authorization);
  free(s);
}
