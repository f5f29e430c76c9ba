/* URLs on the way to libcurl: what is prepared goes to the host that it names, by http or https. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "transfer_request.h"

static settings options = {.timeout_ms = 1000, .connect_timeout_ms = 1000, .response_limit = 1000};
static sockets none;

/* Whether the handle's parts name the host and the port of the text. */
static bool is_same_host(const CURLU *kept, const char *text) {
  static const CURLUPart parts[] = {CURLUPART_HOST, CURLUPART_PORT, CURLUPART_USER};
  CURLU *fresh = curl_url();
  bool is_same = curl_url_set(fresh, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    char *one = NULL, *other = NULL;
    (void)curl_url_get(kept, parts[i], &one, 0);
    (void)curl_url_get(fresh, parts[i], &other, 0);
    is_same = is_same && (one == NULL ? other == NULL : other != NULL && strcmp(one, other) == 0);
    curl_free(one);
    curl_free(other);
  }
  curl_url_cleanup(fresh);
  return is_same;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  static transfer *t;
  if (t == NULL && (t = transfer_new(&options, &none)) == NULL)
    return 0;
  char *url = fuzz_text(bytes, count), *host = NULL, *scheme = NULL;
  const transfer_request request = {.method = "GET", .url = url, .timeout_ms = 1000};
  CURLcode code = transfer_prepare(t, &request);
  if (code == CURLE_OK) {
    HOLDS(strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0);
    HOLDS(t->is_plain == (url[4] == ':'));
    HOLDS(curl_url_get(t->url.parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK);
    HOLDS(strcmp(scheme, t->is_plain ? "http" : "https") == 0);
    HOLDS(curl_url_get(t->url.parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && *host != '\0');
    HOLDS(is_same_host(t->url.parts, url));
  }
  transfer_rest(t);
  curl_free(host);
  curl_free(scheme);
  free(url);
  return 0;
}
