#include "url.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

/* Four decimal numbers up to 255, the first of them 127: anything else may be a name, which a name server
 * may give any address. */
static bool is_loopback(const char *host) {
  for (int i = 0; i < 4; i++) {
    int value = 0, digits = 0;
    for (; *host >= '0' && *host <= '9' && digits < 3; host++, digits++)
      value = value * 10 + (*host - '0');
    if (digits == 0 || value > 255 || (i == 0 && value != 127))
      return false;
    if (*host != (i < 3 ? '.' : '\0'))
      return false;
    host += i < 3;
  }
  return true;
}

static bool is_this_machine(const char *host) {
  return curl_strequal(host, "localhost") != 0 || strcmp(host, "[::1]") == 0 || is_loopback(host);
}

const char URL_NO_MEMORY[] = "not enough memory";

/* The reason why libcurl, which connects, does not understand a URL; or why it is of another machine if
 * it must be of this one. A constant, or NULL. */
static const char *parse(const char *url, bool must_be_local) {
  char *host = NULL;
  CURLU *parts = curl_url();
  CURLUcode code =
      parts != NULL ? curl_url_set(parts, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
  if (code == CURLUE_OK)
    code = curl_url_get(parts, CURLUPART_HOST, &host, 0);
  bool local = code == CURLUE_OK && is_this_machine(host);
  curl_free(host);
  curl_url_cleanup(parts);
  if (code == CURLUE_OUT_OF_MEMORY)
    return URL_NO_MEMORY;
  if (must_be_local && !local)
    return "plain http:// is only for this machine, or with allow_http";
  return code == CURLUE_OK ? NULL : "it is no URL that libcurl understands";
}

const char *url_refuse(const engine *e, const char *url, size_t length) {
  /* Without branches in the loop a compiler reads many bytes at a time. */
  unsigned char refused = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)url[i];
    refused |= (unsigned char)((c <= ' ') | (c == 0x7f));
  }
  if (refused != 0)
    return "the URL has a blank or a control character";
  if (strncmp(url, "https://", 8) == 0)
    return NULL;
  if (strncmp(url, "http://", 7) != 0)
    return "an https:// URL expected";
  return e->settings.allow_http ? NULL : parse(url, true);
}

const char *url_validate(const engine *e, const char *url, size_t length) {
  const char *reason = url_refuse(e, url, length);
  return reason != NULL ? reason : parse(url, false);
}
