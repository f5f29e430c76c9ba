/* The parsed URL of a transfer's request. With only the text, libcurl parses and rebuilds the URL for each
 * request, which is the largest part of a request's cost. With the parsed parts as well it does not, and
 * requests to the same host differ in the path only. */
#ifndef TN_PARSED_URL_H
#define TN_PARSED_URL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

enum { ORIGIN_MOST = 256 }; /* a longer one is parsed anew for each request */

typedef struct parsed_url {
  CURLU *parts;             /* owned */
  char origin[ORIGIN_MOST]; /* the start of the text, up to the path; not terminated */
  size_t origin_length;     /* 0 while it is not known */
} parsed_url;

/* u is filled with zeros. False when out of memory. */
bool parsed_url_open(parsed_url *u);

/* Takes the parts of an absolute URL, http:// or https://. CURLE_URL_MALFORMAT for any other. */
CURLcode parsed_url_set(parsed_url *u, const char *text);

void parsed_url_close(parsed_url *u);

#endif
