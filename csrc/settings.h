/* What an engine is told once: how to reach servers, whom to trust, and the limits. */
#ifndef TN_SETTINGS_H
#define TN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct settings {
  long timeout_ms;
  long connect_timeout_ms;
  size_t response_limit; /* bytes, after decompression */
  long connections;      /* how many idle ones are kept */
  long http_version;     /* a CURL_HTTP_VERSION_… */
  bool allow_http;       /* plain HTTP to hosts other than this machine */
  char *user_agent;      /* these strings are owned; NULL means libcurl's default */
  char *proxy;           /* may hold a password: wiped */
  char *ca_file;
  char *ca_path;
} settings;

void settings_free(settings *s);

#endif
