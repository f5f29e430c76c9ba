/* HMAC, hash and comparison by libcrypto. Knows nothing of Lua. */
#ifndef TN_HMAC_H
#define TN_HMAC_H

#include <stdbool.h>
#include <stddef.h>

typedef enum hmac_hash { HASH_SHA1, HASH_SHA256 } hmac_hash;

enum {
  HMAC_BASE64_MOST = 44, /* characters, without the zero at the end: HMAC-SHA256 */
  SHA256_HEX = 64
};

/* The HMAC in base64, zero-terminated. Gives its length, or 0 when libcrypto fails. */
size_t hmac_base64(hmac_hash hash, const char *key, const void *text, size_t length,
                   char result[HMAC_BASE64_MOST + 1]);

/* SHA-256 in lower-case hexadecimal, zero-terminated; false when libcrypto fails. */
bool sha256_hex(const void *text, size_t length, char result[SHA256_HEX + 1]);

/* The time it takes does not depend on the contents, only on the lengths. */
bool constant_time_equal(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
