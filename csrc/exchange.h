/* One request and its answer: a libcurl easy handle with the buffers that its callbacks fill.
 * Made once, used for many requests. Knows nothing of Lua. */
#ifndef TN_EXCHANGE_H
#define TN_EXCHANGE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "buffer.h"
#include "secret.h"
#include "settings.h"
#include "trust.h"

struct engine;
struct exchange_list;

typedef enum exchange_state {
  EXCHANGE_RESTING,
  EXCHANGE_RUNNING, /* in libcurl's hands */
  EXCHANGE_FINISHED /* answered or failed */
} exchange_state;

/* Why there is no whole answer; EXCHANGE_ANSWERED if there is one. */
typedef enum exchange_failure {
  EXCHANGE_ANSWERED,
  EXCHANGE_FAILED, /* see code */
  EXCHANGE_TOO_LARGE,
  EXCHANGE_NO_MEMORY,
  EXCHANGE_NOT_REPEATED, /* the connection died and it may not be sent twice */
  EXCHANGE_ENGINE_CLOSED,
  EXCHANGE_FORKED
} exchange_failure;

typedef struct exchange {
  CURL *easy;                       /* owned */
  CURLU *url;                       /* owned: the parts of the request's URL */
  struct engine *engine;            /* the owner while it exists; NULL once it is closed */
  struct exchange_list *list;       /* which of the engine's lists it is in */
  struct exchange *previous, *next; /* its neighbours there */
  int id;                           /* small and unique in its engine */
  exchange_state state;

  bool repeatable;        /* may be sent again by libcurl when a reused connection turns out dead */
  bool custom_method;     /* the easy handle has more than a plain GET set */
  int sends;              /* how often the request may have left */
  unsigned trust_version; /* which of the engine's trusts the easy handle has */
  long timeout_ms;        /* that the easy handle has */
  size_t response_limit;
  struct curl_slist *common_headers; /* the settings' */
  secret *credentials;               /* held while running */
  struct curl_slist authorization;   /* these two lines lead to the settings' headers, */
  struct curl_slist content_type;    /* whose list is shared: libcurl only reads it */

  buffer head; /* header lines of the last response, as they came */
  buffer body; /* decompressed */
  exchange_failure failure;
  CURLcode code;
  char message[CURL_ERROR_SIZE];
} exchange;

typedef struct exchange_request {
  const char *method;
  const char *url;
  secret *credentials; /* NULL for none */
  const char *body;    /* NULL for none */
  size_t body_length;
  const char *content_type;
  long timeout_ms;
} exchange_request;

/* NULL when out of memory. */
exchange *exchange_new(const settings *s);

/* Ready to be handed to libcurl; keeps nothing of the request but the credentials. */
CURLcode exchange_prepare(exchange *x, const exchange_request *request);

/* Takes down how it ended. */
void exchange_finish(exchange *x, exchange_failure failure, CURLcode code);

/* Forgets the request and the answer, keeps handle and buffers. */
void exchange_rest(exchange *x);

void exchange_free(exchange *x);

/* The value of the last response's header of that name, not terminated; NULL if absent. */
const char *exchange_header(const exchange *x, const char *name, size_t *length);

#endif
