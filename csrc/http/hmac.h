/* HMAC, hash and comparison by libcrypto. Knows nothing of Lua. */
#ifndef TN_HMAC_H
#define TN_HMAC_H

#include <stdbool.h>
#include <stddef.h>

enum {
  HMAC_SHA1_BASE64 = 28, /* characters, without the zero at the end */
  SHA256_HEX = 64
};

/* HMAC-SHA1 in base64, zero-terminated; false when libcrypto fails. */
bool hmac_sha1_base64(const char *key, const void *text, size_t length,
                      char result[HMAC_SHA1_BASE64 + 1]);

/* SHA-256 in lower-case hexadecimal, zero-terminated; false when libcrypto fails. */
bool sha256_hex(const void *text, size_t length, char result[SHA256_HEX + 1]);

/* The time it takes does not depend on the contents, only on the lengths. */
bool constant_time_equal(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
