#include "secret.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "secure_zero.h"

static void vectors(void) {
  static const struct {
    const char *user, *password, *line;
  } lines[] = {
      {"Aladdin", "open sesame",
       "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},            /* RFC 7617 */
      {"test", "123\xc2\xa3", "Authorization: Basic dGVzdDoxMjPCow=="}, /* RFC 7617 */
      {"", "", "Authorization: Basic Og=="},
      {"a", "", "Authorization: Basic YTo="},
      {"", "b", "Authorization: Basic OmI="},
      {"ab", "", "Authorization: Basic YWI6"},
      {"ab", "c", "Authorization: Basic YWI6Yw=="},
      {"ab", "cd", "Authorization: Basic YWI6Y2Q="},
      {"ab", "cde", "Authorization: Basic YWI6Y2Rl"},
      {"a", ":b:", "Authorization: Basic YTo6Yjo="},
  };
  test("the header line is that of HTTP Basic, on one line");
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    secret *s = secret_new(lines[i].user, lines[i].password);
    if (CHECK(s != NULL))
      CHECK_TEXT(lines[i].line, s->authorization);
    secret_release(s);
  }
}

static void long_passwords(void) {
  enum { MOST = 3000 };
  static char password[MOST + 1], expected[4 * MOST];
  bool right = true;
  test("a password of any length, up to thousands of characters, gives one line without breaks");
  for (size_t length = 0; length <= MOST; length += length < 300 ? 1 : 97) {
    memset(password, 'x', length);
    password[length] = '\0';
    secret *s = secret_new("u", password);
    /* "u:" and so many x: dTp4, then groups of three x, then what is left. */
    size_t plain = length + 2;
    (void)strcpy(expected, "Authorization: Basic ");
    for (size_t i = 0; i + 3 <= plain; i += 3)
      (void)strcat(expected, i == 0 ? "dTp4" : "eHh4");
    if (plain % 3 == 1)
      (void)strcat(expected, "eA==");
    if (plain % 3 == 2)
      (void)strcat(expected, plain == 2 ? "dTo=" : "eHg=");
    right = right && s != NULL && strcmp(s->authorization, expected) == 0;
    secret_release(s);
  }
  CHECK(right);
}

static void holders(void) {
  test("a secret lives until its last holder lets go");
  secret *s = secret_new("a", "b");
  need(s != NULL, "memory");
  CHECK(secret_hold(s) == s);
  secret_release(s);
  CHECK_INT(1, s->holders);
  CHECK_TEXT("Authorization: Basic YTpi", s->authorization);
  secret_release(s); /* a leak would be reported */
  test("no secret can be held and let go");
  CHECK(secret_hold(NULL) == NULL);
  secret_release(NULL);
}

static void no_memory(void) {
  test("out of memory at each of its allocations there is none, and nothing leaks");
  for (int i = 0; i < 3; i++) {
    memory_ends_after(i);
    CHECK(secret_new("a", "b") == NULL);
    memory_is_back();
  }
  secret *s = secret_new("a", "b");
  CHECK(s != NULL);
  secret_release(s);
}

void test_secret(void);
void test_secret(void) {
  vectors();
  long_passwords();
  holders();
  no_memory();
  secure_free(NULL);
}
