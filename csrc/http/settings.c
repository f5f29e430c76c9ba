#include "settings.h"

#include <stdlib.h>

#include "secure_zero.h"

void settings_free(settings *s) {
  curl_slist_free_all(s->headers);
  secure_free(s->proxy);
  free(s->ca_file);
  free(s->ca_path);
  *s = (settings){0};
}

bool settings_add_header(settings *s, const char *line) {
  struct curl_slist *headers = curl_slist_append(s->headers, line);
  if (headers == NULL)
    return false;
  s->headers = headers;
  return true;
}

static bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value != NULL && *value != '\0';
}

const char *settings_proxy_exceptions(const settings *s) {
  if (s->proxy != NULL)
    return *s->proxy != '\0' ? "" : "*";
  bool in_environment =
      is_set("https_proxy") || is_set("HTTPS_PROXY") || is_set("all_proxy") || is_set("ALL_PROXY");
  return in_environment ? NULL : "*";
}
