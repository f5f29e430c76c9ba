#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char *const VARIABLES[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

static void headers(void) {
  settings s = {0};
  char line[] = "A: 1";
  test("header lines are copied and kept in order");
  CHECK(settings_add_header(&s, line));
  line[3] = '2';
  CHECK(settings_add_header(&s, line));
  if (CHECK(s.headers != NULL && s.headers->next != NULL)) {
    CHECK_TEXT("A: 1", s.headers->data);
    CHECK_TEXT("A: 2", s.headers->next->data);
  }
  test("freeing frees all and leaves nothing behind");
  s.proxy = strdup("http://user:password@proxy");
  s.ca_file = strdup("file");
  s.ca_path = strdup("path");
  settings_free(&s);
  CHECK(s.headers == NULL && s.proxy == NULL && s.ca_file == NULL && s.ca_path == NULL);
}

static void proxies(void) {
  settings s = {0};
  for (size_t i = 0; i < 4; i++)
    unsetenv(VARIABLES[i]);
  test("no proxy by option or environment: none is looked for");
  CHECK_TEXT("*", settings_proxy_exceptions(&s));
  test("each variable that names one leaves the exceptions to the environment");
  for (size_t i = 0; i < 4; i++) {
    setenv(VARIABLES[i], "http://proxy", 1);
    CHECK_TEXT(NULL, settings_proxy_exceptions(&s));
    setenv(VARIABLES[i], "", 1);
    CHECK_TEXT("*", settings_proxy_exceptions(&s));
    unsetenv(VARIABLES[i]);
  }
  test("a proxy of the options has no exceptions, an empty one is no proxy");
  setenv("https_proxy", "http://other", 1);
  s.proxy = strdup("http://proxy");
  CHECK_TEXT("", settings_proxy_exceptions(&s));
  settings_free(&s);
  s.proxy = strdup("");
  CHECK_TEXT("*", settings_proxy_exceptions(&s));
  settings_free(&s);
  unsetenv("https_proxy");
}

void test_settings(void);
void test_settings(void) {
  headers();
  proxies();
}
