/* The parsed URL of a transfer's request. With only the text, libcurl parses and rebuilds the URL for each
 * request, which is the largest part of a request's cost. With the parsed parts as well it does not, and
 * requests to the same host differ in the path only. */
#ifndef TN_URL_H
#define TN_URL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

enum { ORIGIN_MOST = 256 }; /* a longer one is parsed anew for each request */

typedef struct url {
  CURLU *parts;             /* owned */
  char origin[ORIGIN_MOST]; /* the start of the text, up to the path; not terminated */
  size_t origin_length;     /* 0 while it is not known */
} url;

/* u is filled with zeros. False when out of memory. */
bool url_open(url *u);

/* Takes the parts of an absolute URL, http:// or https://. CURLE_URL_MALFORMAT for any other. */
CURLcode url_parse(url *u, const char *text);

void url_close(url *u);

#endif
