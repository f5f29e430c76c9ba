/* Credentials as a prepared header line in C memory. It is reference-counted: transfers share it,
 * and the last release overwrites and frees it. It is prepared because libcurl takes 25,000
 * instructions to make the line from a name and a password for each request. */
#ifndef TN_SECRET_H
#define TN_SECRET_H

typedef struct secret {
  int holders;         /* the reference count */
  char *authorization; /* "Authorization: Basic …"; owned, overwritten at the end */
} secret;

/* HTTP Basic credentials with one reference, the caller's. NULL when out of memory. Keeps neither
 * argument. */
secret *secret_new(const char *user, const char *password);

/* Adds a reference; returns s. NULL is fine. */
secret *secret_hold(secret *s);

/* Drops a reference. NULL is fine. */
void secret_release(secret *s);

#endif
