#include "parsed_url.h"

#include <string.h>

#include "check.h"
#include "suites.h"

static void parts(void) {
  static const char *const each[] = {
      "https://a.example/v1/A",         "https://a.example/v1/B",
      "https://a.example/v1/C?x=1&y=2", "https://a.example/v1/D",
      "https://a.example/v1/%2B1617",   "https://a.example/v1/E",
      "https://a.example:8443/v1/F",    "https://a.example:8443/v1/G/../H",
      "https://a.example/v1/I",         "https://b.example/v1/J",
      "http://b.example/v1/K",          "https://b.example/",
      "https://u:p@b.example/v1/L",     "https://u:p@b.example/v1/M",
      "https://b.example/v1/N"};
  parsed_url u = {0};
  need(parsed_url_open(&u), "memory");
  test("a URL is as it was given, whatever the last one was");
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    CURLU *fresh = curl_url();
    char *given = NULL, *wanted = NULL;
    CHECK_INT(CURLE_OK, parsed_url_set(&u, each[i]));
    need(curl_url_set(fresh, CURLUPART_URL, each[i], CURLU_PATH_AS_IS) == CURLUE_OK, "a URL");
    need(curl_url_get(fresh, CURLUPART_URL, &wanted, 0) == CURLUE_OK, "its text");
    need(curl_url_get(u.parts, CURLUPART_URL, &given, 0) == CURLUE_OK, "the parsed one");
    CHECK_TEXT(wanted, given);
    curl_free(given);
    curl_free(wanted);
    curl_url_cleanup(fresh);
  }
  parsed_url_close(&u);
}

static void refused(void) {
  static const char *const each[] = {
      "https://[/x", "/v1/A", "v1/A", "", "ftp://a.example/", "https:/a", "HTTPS://a.example/"};
  parsed_url u = {0};
  need(parsed_url_open(&u) && parsed_url_set(&u, "https://a.example/v1/A") == CURLE_OK, "a URL");
  test("one that is not absolute, of http or https, is not taken as relative to the last one");
  for (size_t i = 0; i < sizeof each / sizeof *each; i++)
    CHECK_INT(CURLE_URL_MALFORMAT, parsed_url_set(&u, each[i]));
  parsed_url_close(&u);
}

static void long_origins(void) {
  char first[600] = "https://", second[600];
  test("a host whose name is longer than what is kept of it is parsed each time");
  for (int i = 0; i < 60; i++)
    strcat(first, "abcd.");
  strcpy(second, first);
  strcat(first, "a/1");
  strcat(second, "b/2");
  parsed_url u = {0};
  char *given = NULL;
  need(parsed_url_open(&u) && parsed_url_set(&u, first) == CURLE_OK &&
           parsed_url_set(&u, second) == CURLE_OK,
       "a URL");
  need(curl_url_get(u.parts, CURLUPART_URL, &given, 0) == CURLUE_OK, "the parsed one");
  CHECK_TEXT(second, given);
  curl_free(given);
  parsed_url_close(&u);
}

void test_parsed_url(void) {
  parts();
  refused();
  long_origins();
}
