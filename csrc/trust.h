/* Whose signatures on a server's certificate are believed: the same authorities as the
 * system's, read in the way that makes the first answer come soonest. */
#ifndef TN_TRUST_H
#define TN_TRUST_H

#include <curl/curl.h>
#include <stdbool.h>

typedef struct trust {
  char *file; /* owned, as the others; NULL for none */
  char *path;
  char *fallback;       /* the system's bundle, for authorities that the folder lacks */
  bool libcurl_default; /* leave libcurl as it was built */
} trust;

/* The options first, then SSL_CERT_FILE and SSL_CERT_DIR, then the system's. False when out of
 * memory; t is to be freed in any case. */
bool trust_choose(trust *t, const char *ca_file, const char *ca_path);

void trust_free(trust *t);

/* After a refused certificate: switches to the fallback, or says that there is none. */
bool trust_fall_back(trust *t);

CURLcode trust_apply(const trust *t, CURL *easy);

#endif
