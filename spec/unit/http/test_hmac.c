#include "hmac.h"

#include <string.h>

#include "check.h"

static const char *hashed(hmac_hash hash, const char *key, const char *text) {
  static char result[HMAC_BASE64_MOST + 1];
  size_t length = hmac_base64(hash, key, text, strlen(text), result);
  return length > 0 && length == strlen(result) ? result : NULL;
}

static const char *base64_of(const char *key, const char *text) {
  return hashed(HASH_SHA1, key, text);
}

static const char *hex_of(const char *text, size_t length) {
  static char result[SHA256_HEX + 1];
  return sha256_hex(text, length, result) ? result : NULL;
}

/* The vectors of RFC 2202 whose key has no zero byte, in base64. */
static void rfc_2202(void) {
  char key[81], text[51];
  test("HMAC-SHA1 as in RFC 2202");
  memset(key, 0x0b, 20), key[20] = '\0';
  CHECK_TEXT("thcxhlUFcmTii8C2+zeMjvFGvgA=", base64_of(key, "Hi There"));
  CHECK_TEXT("7/zfauXrL6LSdBbV8YTfnCWafHk=", base64_of("Jefe", "what do ya want for nothing?"));
  memset(key, 0xaa, 20), key[20] = '\0';
  memset(text, 0xdd, 50), text[50] = '\0';
  CHECK_TEXT("El1zQrmsEc2Ro5r0iqF7T2PxddM=", base64_of(key, text));
  memset(key, 0xaa, 80), key[80] = '\0';
  CHECK_TEXT("qkrl4VJy0A6VcFY3zoo7Ve1AIRI=",
             base64_of(key, "Test Using Larger Than Block-Size Key - Hash Key First"));
  test("an empty key and an empty text");
  CHECK_TEXT("+9sdGxiqbAgyS31ktx+3Y3BpDh0=", base64_of("", ""));
}

/* Those of RFC 4231. */
static void rfc_4231(void) {
  char key[132], text[51];
  test("HMAC-SHA256 as in RFC 4231");
  memset(key, 0x0b, 20), key[20] = '\0';
  CHECK_TEXT("sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=", hashed(HASH_SHA256, key, "Hi There"));
  CHECK_TEXT("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
             hashed(HASH_SHA256, "Jefe", "what do ya want for nothing?"));
  memset(key, 0xaa, 20), key[20] = '\0';
  memset(text, 0xdd, 50), text[50] = '\0';
  CHECK_TEXT("dz6pHjaADkaFTbjr0JGBpylZCYs++MEi2WNVFM7VZf4=", hashed(HASH_SHA256, key, text));
  memset(key, 0xaa, 131), key[131] = '\0';
  CHECK_TEXT("YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=",
             hashed(HASH_SHA256, key, "Test Using Larger Than Block-Size Key - Hash Key First"));
}

/* FIPS 180-4. */
static void sha256(void) {
  test("SHA-256 as in FIPS 180-4");
  CHECK_TEXT("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hex_of("", 0));
  CHECK_TEXT("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hex_of("abc", 3));
  CHECK_TEXT("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
             hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56));
  test("zero bytes count");
  CHECK_TEXT("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", hex_of("\0", 1));
}

static void comparison(void) {
  test("equal are those of the same length and bytes");
  CHECK(constant_time_equal("abc", 3, "abc", 3));
  CHECK(constant_time_equal("", 0, "", 0));
  CHECK(!constant_time_equal("abc", 3, "abd", 3));
  CHECK(!constant_time_equal("abc", 3, "abcd", 4));
  CHECK(!constant_time_equal("a\0b", 3, "a\0c", 3));
}

void test_hmac(void);
void test_hmac(void) {
  rfc_2202();
  rfc_4231();
  sha256();
  comparison();
}
