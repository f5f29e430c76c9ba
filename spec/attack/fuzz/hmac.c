/* Signatures, hashes, comparison and the Authorization line, beside implementations that share nothing
 * with them. */
#include "hmac.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "secret.h"

/* Base64 by RFC 4648, bit by bit. The caller frees it. */
static char *base64(const uint8_t *bytes, size_t count) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *text = calloc(1, (count + 2) / 3 * 4 + 1), *end = text;
  HOLDS(text != NULL);
  for (size_t bit = 0; bit < count * 8; bit += 6) {
    unsigned digit = 0;
    for (size_t i = bit; i < bit + 6; i++)
      digit = digit * 2 + (i < count * 8 ? (unsigned)(bytes[i / 8] >> (7 - i % 8)) & 1U : 0U);
    *end++ = digits[digit];
  }
  while ((end - text) % 4 != 0)
    *end++ = '=';
  return text;
}

/* HMAC by RFC 2104. */
typedef unsigned char *digest_function(const unsigned char *text, size_t length,
                                       unsigned char *digest);

static void check_hmac(hmac_hash hash, digest_function *digest_of, size_t size, const char *key,
                       const uint8_t *text, size_t length) {
  uint8_t block[64] = {0}, digest[SHA256_DIGEST_LENGTH];
  size_t key_length = strlen(key);
  uint8_t *message = malloc(sizeof block + length + size);
  HOLDS(message != NULL);
  if (key_length > sizeof block)
    digest_of((const uint8_t *)key, key_length, block);
  else
    memcpy(block, key, key_length);
  for (size_t i = 0; i < sizeof block; i++)
    message[i] = block[i] ^ 0x36;
  if (length > 0)
    memcpy(message + sizeof block, text, length);
  digest_of(message, sizeof block + length, digest);
  for (size_t i = 0; i < sizeof block; i++)
    message[i] = block[i] ^ 0x5c;
  memcpy(message + sizeof block, digest, size);
  digest_of(message, sizeof block + size, digest);
  char *expected = base64(digest, size), given[HMAC_BASE64_MOST + 1];
  HOLDS(hmac_base64(hash, key, text, length, given) == strlen(expected) &&
        strcmp(given, expected) == 0);
  free(expected);
  free(message);
}

static void check_sha256(const uint8_t *text, size_t length) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  char expected[SHA256_HEX + 1], given[SHA256_HEX + 1];
  SHA256(text, length, digest);
  for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
    (void)snprintf(expected + 2 * i, 3, "%02x", digest[i]);
  HOLDS(sha256_hex(text, length, given) && strcmp(given, expected) == 0);
}

static void check_secret(const char *user, const char *password) {
  size_t size = strlen(user) + strlen(password) + 2;
  char *plain = malloc(size);
  secret *s = secret_new(user, password);
  HOLDS(plain != NULL && s != NULL);
  (void)snprintf(plain, size, "%s:%s", user, password);
  char *encoded = base64((const uint8_t *)plain, size - 1);
  HOLDS(strncmp(s->authorization, "Authorization: Basic ", 21) == 0 &&
        strcmp(s->authorization + 21, encoded) == 0);
  secret_release(s);
  free(encoded);
  free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  size_t split = fuzz_byte(&bytes, &count);
  split = split < count ? split : count;
  const char *rest = (const char *)bytes + split;
  char *key = fuzz_text(bytes, split), *text = fuzz_text(bytes + split, count - split);
  check_hmac(HASH_SHA1, SHA1, SHA_DIGEST_LENGTH, key, bytes + split, count - split);
  check_hmac(HASH_SHA256, SHA256, SHA256_DIGEST_LENGTH, key, bytes + split, count - split);
  check_sha256(bytes, count);
  check_secret(key, text);
  HOLDS(constant_time_equal((const char *)bytes, split, rest, count - split) ==
        (split == count - split && memcmp(bytes, rest, split) == 0));
  free(key);
  free(text);
  return 0;
}
