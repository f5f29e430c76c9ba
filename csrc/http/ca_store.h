/* The certificate authorities that a server's certificate is checked against. By default they are
 * the system's, read from the place that makes the first response fastest. */
#ifndef TN_CA_STORE_H
#define TN_CA_STORE_H

#include <curl/curl.h>
#include <stdbool.h>

typedef struct ca_store {
  char *file;           /* a bundle; owned, as the other two are; NULL for none */
  char *path;           /* a folder of certificates */
  char *fallback;       /* the bundle to use when the folder lacks an authority */
  bool libcurl_default; /* keep the paths that libcurl was built with */
} ca_store;

/* Takes the paths from the arguments, else from SSL_CERT_FILE and SSL_CERT_DIR, else from libcurl.
 * Copies them. False when out of memory; s has to be freed in any case. */
bool ca_store_choose(ca_store *s, const char *ca_file, const char *ca_path);

void ca_store_free(ca_store *s);

/* Switches to the fallback after a certificate was refused. False if there is none. */
bool ca_store_fall_back(ca_store *s);

/* Whether the permissions keep this process from reading them. */
bool ca_store_is_forbidden(const ca_store *s);

/* Sets the paths on a handle. */
CURLcode ca_store_apply(const ca_store *s, CURL *easy);

#endif
