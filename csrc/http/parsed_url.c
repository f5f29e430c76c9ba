#include "parsed_url.h"

#include <string.h>

/* libcurl would take any other URL as relative to that of the last request. */
static size_t scheme_length(const char *text) {
  if (strncmp(text, "https://", 8) == 0)
    return 8;
  return strncmp(text, "http://", 7) == 0 ? 7 : 0;
}

/* Whether it can be sent as it is: libcurl does not check it. A fragment is not to be sent. */
static bool is_target(const char *path) {
  const char *at = path;
  while ((unsigned char)(*at - '!') <= '~' - '!' && *at != '#')
    at++;
  return *path == '/' && *at == '\0';
}

const char *parsed_url_target(const parsed_url *u, const char *text) {
  size_t length = u->origin_length;
  bool is_kept = length > 0 && strncmp(text, u->origin, length) == 0;
  return is_kept && is_target(text + length) ? text + length : NULL;
}

CURLcode parsed_url_set(parsed_url *u, const char *text) {
  u->origin_length = 0;
  if (scheme_length(text) == 0)
    return CURLE_URL_MALFORMAT;
  CURLUcode code = curl_url_set(u->parts, CURLUPART_URL, text, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK)
    return CURLE_OK;
  return code == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_URL_MALFORMAT;
}

void parsed_url_keep(parsed_url *u, const char *text) {
  size_t scheme = scheme_length(text), host = strcspn(text + scheme, "/?#");
  /* libcurl takes a third slash: then the host comes after it. */
  if (host == 0 || scheme + host >= sizeof u->origin)
    return;
  u->origin_length = scheme + host;
  memcpy(u->origin, text, u->origin_length);
}

CURLcode parsed_url_strip(parsed_url *u) {
  CURLUcode code = curl_url_set(u->parts, CURLUPART_PATH, "/", 0);
  if (code == CURLUE_OK)
    code = curl_url_set(u->parts, CURLUPART_QUERY, NULL, 0);
  if (code == CURLUE_OK)
    return CURLE_OK;
  u->origin_length = 0;
  return CURLE_OUT_OF_MEMORY;
}

bool parsed_url_open(parsed_url *u) {
  u->parts = curl_url();
  return u->parts != NULL;
}

void parsed_url_close(parsed_url *u) {
  curl_url_cleanup(u->parts);
  u->parts = NULL;
}
