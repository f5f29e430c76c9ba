/* What an engine is told once: how to reach servers, whom to trust, and the limits. */
#ifndef TN_SETTINGS_H
#define TN_SETTINGS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct settings {
  long timeout_ms;
  long connect_timeout_ms;
  size_t response_limit;      /* bytes, after decompression */
  long http_version;          /* a CURL_HTTP_VERSION_… */
  bool allow_http;            /* plain HTTP to hosts other than this machine */
  struct curl_slist *headers; /* that every request has; owned, as the strings are */
  char *proxy;                /* may hold a password: wiped; NULL for libcurl's own choice */
  char *ca_file;
  char *ca_path;
} settings;

/* False when out of memory. Copies the line. */
bool settings_add_header(settings *s, const char *line);

/* Which hosts are reached without a proxy, as libcurl takes it: "*", all, if there is no proxy, "",
 * none, if the options name one, and NULL, what the environment says, if that names one. */
const char *settings_proxy_exceptions(const settings *s);

void settings_free(settings *s);

#endif
