#include "parsed_url.h"

#include <string.h>

#include "check.h"
#include "suites.h"

static void open_at(parsed_url *u, const char *text) {
  *u = (parsed_url){0};
  need(parsed_url_open(u) && parsed_url_set(u, text) == CURLE_OK, "a URL");
  parsed_url_keep(u, text);
}

static void targets(void) {
  static const struct {
    const char *text, *target;
  } each[] = {{"https://a.example/v1/B", "/v1/B"},
              {"https://a.example/v1/C?x=1&y=2", "/v1/C?x=1&y=2"},
              {"https://a.example/v1/%2B1617", "/v1/%2B1617"},
              {"https://a.example/v1/G/../H", "/v1/G/../H"},
              {"https://a.example/", "/"},
              {"https://a.example", NULL},
              {"https://a.example?x=1", NULL},
              {"https://a.example/v1/C#D", NULL},
              {"https://a.example/a b", NULL},
              {"https://a.example/a\r\nX: y", NULL},
              {"https://a.example/\x7f", NULL},
              {"https://a.example/\xc3\xa9", NULL},
              {"https://a.example:8443/v1/F", NULL},
              {"https://a.example.org/v1/F", NULL},
              {"https://a.example@b/v1/F", NULL},
              {"https://b.example/v1/J", NULL},
              {"http://a.example/v1/K", NULL},
              {"https://u:p@a.example/v1/L", NULL},
              {"https://a.exampl", NULL},
              {"", NULL}};
  parsed_url u;
  open_at(&u, "https://a.example/v1/A?x#y");
  test("of the same origin, what follows it is the target; all others are to be parsed");
  for (size_t i = 0; i < sizeof each / sizeof *each; i++)
    CHECK_TEXT(each[i].target, parsed_url_target(&u, each[i].text));
  test("a URL that is parsed takes the place of the last one");
  CHECK_INT(CURLE_OK, parsed_url_set(&u, "https://b.example/v1/J"));
  CHECK(parsed_url_target(&u, "https://a.example/v1/B") == NULL);
  CHECK(parsed_url_target(&u, "https://b.example/v1/B") == NULL);
  parsed_url_keep(&u, "https://b.example/v1/J");
  CHECK_TEXT("/v1/B", parsed_url_target(&u, "https://b.example/v1/B"));
  parsed_url_close(&u);
}

static void stripped(void) {
  parsed_url u;
  char *url = NULL;
  test("without path and query the parts are those of the origin, which stays");
  open_at(&u, "https://u:p@a.example:8443/v1/A%20B?x=1");
  CHECK_INT(CURLE_OK, parsed_url_strip(&u));
  need(curl_url_get(u.parts, CURLUPART_URL, &url, 0) == CURLUE_OK, "a URL");
  CHECK_TEXT("https://u:p@a.example:8443/", url);
  CHECK_TEXT("/v1/C?y", parsed_url_target(&u, "https://u:p@a.example:8443/v1/C?y"));
  curl_free(url);
  parsed_url_close(&u);
}

static void third_slashes(void) {
  parsed_url u;
  test("after a third slash comes the host");
  open_at(&u, "https:///a.example/v1/A");
  CHECK(parsed_url_target(&u, "https:///b.example/v1/A") == NULL);
  parsed_url_close(&u);
}

static void refused(void) {
  static const char *const each[] = {
      "https://[/x",       "/v1/A",   "v1/A", "", "https:/a", "HTTPS://a.example/",
      "ftp://a.example/A", "https://"};
  parsed_url u;
  test("one that is not absolute, of http or https, is not taken as relative to the last one");
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    open_at(&u, "https://a.example/v1/A");
    CHECK_INT(CURLE_URL_MALFORMAT, parsed_url_set(&u, each[i]));
    CHECK(parsed_url_target(&u, "https://a.example/v1/A") == NULL);
    parsed_url_close(&u);
  }
}

static void long_origins(void) {
  char text[600] = "https://";
  parsed_url u;
  test("an origin that is longer than what is kept is parsed each time");
  for (int i = 0; i < 60; i++)
    strcat(text, "abcd.");
  strcat(text, "a/1");
  open_at(&u, text);
  CHECK(parsed_url_target(&u, text) == NULL);
  parsed_url_close(&u);
}

void test_parsed_url(void) {
  targets();
  stripped();
  third_slashes();
  refused();
  long_origins();
}
