#include "secret.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "secure_zero.h"

static const char PREFIX[] = "Authorization: Basic ";

/* The whole header line, in memory that the caller overwrites and frees. */
static char *authorization(const char *user, const char *password) {
  size_t plain_size = strlen(user) + 1 + strlen(password) + 1;
  size_t prefix_length = sizeof PREFIX - 1;
  if (plain_size > INT_MAX / 2)
    return NULL;
  char *plain = malloc(plain_size);
  char *line = malloc(prefix_length + (plain_size + 1) / 3 * 4 + 1);
  if (plain != NULL && line != NULL) {
    int length = snprintf(plain, plain_size, "%s:%s", user, password);
    memcpy(line, PREFIX, prefix_length);
    (void)EVP_EncodeBlock((unsigned char *)line + prefix_length, (unsigned char *)plain, length);
  } else {
    free(line);
    line = NULL;
  }
  if (plain != NULL)
    OPENSSL_cleanse(plain, plain_size);
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
  secure_free(s->authorization);
  free(s);
}
