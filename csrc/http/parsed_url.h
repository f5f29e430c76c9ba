/* The parsed URL of a transfer's requests. With only the text, libcurl parses and rebuilds the URL for each
 * request, which is the largest part of a request's cost. With the parsed parts as well it does not. Requests to
 * the same host differ in the target only, so the parts stay, and libcurl is given the target beside them. */
#ifndef TN_PARSED_URL_H
#define TN_PARSED_URL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

enum { ORIGIN_MOST = 256 }; /* with a longer one each URL is parsed */

typedef struct parsed_url {
  CURLU *parts;             /* owned */
  char origin[ORIGIN_MOST]; /* of the parts: the text's start, up to the path; not terminated */
  size_t origin_length;     /* 0 while it is not known */
} parsed_url;

/* u is filled with zeros. False when out of memory. */
bool parsed_url_open(parsed_url *u);

/* Within the text, the path and the query that are to be sent as they are, for a URL of the kept origin. NULL
 * for any other, which has to be parsed. */
const char *parsed_url_target(const parsed_url *u, const char *text);

/* Takes the parts of an absolute URL, http:// or https://, and keeps no origin. CURLE_URL_MALFORMAT for any
 * other. */
CURLcode parsed_url_set(parsed_url *u, const char *text);

/* Keeps the origin of the text, which are the parts' and libcurl's own. */
void parsed_url_keep(parsed_url *u, const char *text);

/* Takes path and query from the parts. libcurl would encode them for each request, although it is given a target that
 * goes before them. CURLE_OUT_OF_MEMORY leaves no origin kept. */
CURLcode parsed_url_strip(parsed_url *u);

void parsed_url_close(parsed_url *u);

#endif
