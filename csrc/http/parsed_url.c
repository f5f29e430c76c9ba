#include "parsed_url.h"

#include <stdbool.h>
#include <string.h>

/* libcurl would take any other URL as relative to that of the last request. */
static size_t scheme_length(const char *text) {
  if (strncmp(text, "https://", 8) == 0)
    return 8;
  return strncmp(text, "http://", 7) == 0 ? 7 : 0;
}

/* A path that libcurl takes as it is. Of others it would change the escapes. */
static bool is_plain_path(const char *path) {
  return *path == '/' && strpbrk(path, "%?#") == NULL;
}

/* The URL differs from the last one in what follows the host. */
static CURLUcode set_path(CURLU *parts, const char *path) {
  CURLUcode code = curl_url_set(parts, CURLUPART_PATH, path, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK)
    code = curl_url_set(parts, CURLUPART_QUERY, NULL, 0);
  return code == CURLUE_OK ? curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) : code;
}

static CURLUcode parse(parsed_url *u, const char *text, const char *path) {
  size_t length = (size_t)(path - text);
  if (length == u->origin_length && memcmp(text, u->origin, length) == 0 && is_plain_path(path))
    return set_path(u->parts, path);
  u->origin_length = 0;
  CURLUcode code = curl_url_set(u->parts, CURLUPART_URL, text, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK && length < sizeof u->origin) {
    memcpy(u->origin, text, length);
    u->origin_length = length;
  }
  return code;
}

CURLcode parsed_url_set(parsed_url *u, const char *text) {
  size_t scheme = scheme_length(text);
  if (scheme == 0)
    return CURLE_URL_MALFORMAT;
  CURLUcode code = parse(u, text, text + scheme + strcspn(text + scheme, "/?#"));
  if (code == CURLUE_OK)
    return CURLE_OK;
  return code == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_URL_MALFORMAT;
}

bool parsed_url_open(parsed_url *u) {
  u->parts = curl_url();
  return u->parts != NULL;
}

void parsed_url_close(parsed_url *u) {
  curl_url_cleanup(u->parts);
  u->parts = NULL;
}
