/* Whose signatures on a server's certificate are believed: the same authorities as the
 * system's, read in the way that makes the first answer come soonest. */
#ifndef TN_CA_STORE_H
#define TN_CA_STORE_H

#include <curl/curl.h>
#include <stdbool.h>

typedef struct ca_store {
  char *file; /* owned, as the others; NULL for none */
  char *path;
  char *fallback;       /* the system's bundle, for authorities that the folder lacks */
  bool libcurl_default; /* leave libcurl as it was built */
} ca_store;

/* The options first, then SSL_CERT_FILE and SSL_CERT_DIR, then the system's. False when out of
 * memory; t is to be freed in any case. */
bool ca_store_choose(ca_store *s, const char *ca_file, const char *ca_path);

void ca_store_free(ca_store *s);

/* After a refused certificate: switches to the fallback, or says that there is none. */
bool ca_store_fall_back(ca_store *s);

CURLcode ca_store_apply(const ca_store *s, CURL *easy);

#endif
