/* Overwrites memory that held a secret. */
#ifndef TN_SECURE_ZERO_H
#define TN_SECURE_ZERO_H

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Overwrites and frees a string made by malloc; NULL is fine. */
static inline void secure_free(char *text) {
  if (text == NULL)
    return;
  OPENSSL_cleanse(text, strlen(text));
  free(text);
}

#endif
