/* The one place where credentials live: a prepared header line in C memory, shared by the
 * transfers that are using it and wiped when the last of them lets go. Prepared, since libcurl
 * takes 25,000 instructions to make the line from a name and a password for each request. */
#ifndef TN_SECRET_H
#define TN_SECRET_H

typedef struct secret {
  int holders;
  char *authorization; /* "Authorization: Basic …"; owned, wiped at the end */
} secret;

/* HTTP Basic credentials, held once; NULL when out of memory. Keeps neither argument. */
secret *secret_new(const char *user, const char *password);

secret *secret_hold(secret *s);

/* Lets go once; NULL is fine. */
void secret_release(secret *s);

#endif
