#include "hmac.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { SHA256_BYTES = 32 };

size_t hmac_base64(hmac_hash hash, const char *key, const void *text, size_t length,
                   char result[HMAC_BASE64_MOST + 1]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  size_t key_length = strlen(key);
  const EVP_MD *function = hash == HASH_SHA256 ? EVP_sha256() : EVP_sha1();
  if (key_length > INT_MAX ||
      HMAC(function, key, (int)key_length, text, length, digest, &size) == NULL ||
      size > SHA256_BYTES)
    return 0;
  return (size_t)EVP_EncodeBlock((unsigned char *)result, digest, (int)size);
}

bool sha256_hex(const void *text, size_t length, char result[SHA256_HEX + 1]) {
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(text, length, digest, &size, EVP_sha256(), NULL) != 1 || size != SHA256_BYTES)
    return false;
  char *end = result;
  for (int i = 0; i < SHA256_BYTES; i++) {
    *end++ = digits[digest[i] >> 4];
    *end++ = digits[digest[i] & 15];
  }
  *end = '\0';
  return true;
}

bool constant_time_equal(const char *a, size_t a_length, const char *b, size_t b_length) {
  return a_length == b_length && CRYPTO_memcmp(a, b, a_length) == 0;
}
