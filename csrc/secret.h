/* The one place where credentials live: a prepared header list in C memory, shared by the
 * transfers that are using it and wiped when the last of them lets go. */
#ifndef TN_SECRET_H
#define TN_SECRET_H

#include <curl/curl.h>

typedef struct secret {
  int holders;
  struct curl_slist *headers; /* Authorization and Accept; owned, wiped at the end */
} secret;

/* HTTP Basic credentials, held once; NULL when out of memory. Keeps neither argument. */
secret *secret_new(const char *user, const char *password);

secret *secret_hold(secret *s);

/* Lets go once; NULL is fine. */
void secret_release(secret *s);

#endif
