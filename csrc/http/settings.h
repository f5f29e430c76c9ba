/* An engine's settings: connections, certificate authorities and limits. */
#ifndef TN_SETTINGS_H
#define TN_SETTINGS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct settings {
  long timeout_ms;
  long connect_timeout_ms;
  size_t response_limit;      /* bytes, after decompression */
  size_t value_limit;         /* JSON values in a response */
  long http_version;          /* a CURL_HTTP_VERSION_… */
  long ip_version;            /* a CURL_IPRESOLVE_… */
  bool allow_http;            /* plain HTTP to hosts other than this machine */
  struct curl_slist *headers; /* sent with every request; owned, as the strings are */
  char *proxy;                /* may contain a password: overwritten; NULL for libcurl's choice */
  char *ca_file;
  char *ca_path;
} settings;

/* False when out of memory. Copies the line. */
bool settings_add_header(settings *s, const char *line);

/* The value of CURLOPT_NOPROXY: "*" (all hosts) without a proxy, "" (none) if the settings name
 * one, and NULL (the environment's exceptions) if the environment names one. A constant. */
const char *settings_proxy_exceptions(const settings *s);

void settings_free(settings *s);

#endif
