/* One request and its answer: a libcurl easy handle with the buffers that its callbacks fill.
 * Made once, used for many requests. Knows nothing of Lua. */
#ifndef TN_EXCHANGE_H
#define TN_EXCHANGE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "buffer.h"
#include "retry.h"
#include "secret.h"
#include "settings.h"
#include "sockets.h"
#include "trust.h"
#include "turned_away.h"

struct engine;
struct exchange_list;

typedef enum exchange_state {
  EXCHANGE_RESTING,
  EXCHANGE_WAITING, /* for its turn, or for its time */
  EXCHANGE_RUNNING, /* in libcurl's hands */
  EXCHANGE_FINISHED /* answered or failed, and not to be tried again */
} exchange_state;

/* Why there is no whole answer; EXCHANGE_ANSWERED if there is one. */
typedef enum exchange_failure {
  EXCHANGE_ANSWERED,
  EXCHANGE_FAILED,  /* see code */
  EXCHANGE_CUT_OFF, /* the connection ended within the answer's head */
  EXCHANGE_TOO_LARGE,
  EXCHANGE_NO_MEMORY,
  EXCHANGE_NOT_REPEATED, /* the connection died and it may not be sent twice */
  EXCHANGE_TURNED_AWAY,  /* the server refused the stream before it read the request */
  EXCHANGE_HELD_BACK,    /* the engine begins no attempt any more */
  EXCHANGE_ENGINE_CLOSED,
  EXCHANGE_FORKED
} exchange_failure;

/* What an observer has not been told yet. */
enum { NEWS_STARTED = 1, NEWS_ENDED = 2 };

typedef struct exchange {
  CURL *easy;                       /* owned; NULL for one that only waits for its time */
  CURLU *url;                       /* owned: the parts of the request's URL */
  struct engine *engine;            /* the owner while it exists; NULL once it is closed */
  struct exchange_list *list;       /* which of the engine's lists it is in */
  struct exchange *previous, *next; /* its neighbours there */
  int id;                           /* small and unique in its engine */
  exchange_state state;

  /* What the scheduler knows. */
  int attempts;           /* that were begun */
  bool ended;             /* the last one is over: its answer can be read */
  int64_t began;          /* when the first one did, monotonic ms */
  int64_t due;            /* when the time that it waits for comes */
  size_t due_place;       /* in the heap of those that wait for a time; 0 for none */
  unsigned pace_round;    /* in which it started */
  retry_verdict verdict;  /* on the last attempt; RETRY_AGAIN if there was none */
  int news;               /* bits NEWS_… */
  struct exchange *later; /* the next one with news */

  bool repeatable;                   /* may be sent again whatever became of it */
  bool custom_method;                /* the easy handle has more than a plain GET set */
  bool fresh_connection;             /* the easy handle is to make one */
  const char *proxy_exceptions;      /* as libcurl takes them, for https:// */
  const char *easy_proxy_exceptions; /* that the easy handle has */
  sockets *sockets;                  /* the engine's; borrowed */
  int local_port;                    /* of the connection that the last request went out on */
  bool connection_is_stale; /* something waits on it: nothing was sent, and another is to be used */
  turned_away turned_away;
  int sends;              /* how often the request may have left in this attempt */
  unsigned trust_version; /* which of the engine's trusts the easy handle has */
  long timeout_ms;        /* of an attempt */
  long easy_timeout_ms;   /* that the easy handle has */
  size_t response_limit;
  struct curl_slist *common_headers; /* the settings' */
  secret *credentials;               /* held as long as it may be sent */
  struct curl_slist authorization;   /* these two lines lead to the settings' headers, */
  struct curl_slist content_type;    /* whose list is shared: libcurl only reads it */

  bool is_read;                   /* pointers into the answer are in use... */
  struct retired_answer *retired; /* ...which stays here when another attempt begins meanwhile */
  bool head_is_whole;             /* its blank line came */
  bool head_is_interim;           /* of a 100 and the like, after which the answer's comes */
  buffer head;                    /* header lines of the last response, as they came */
  buffer body;                    /* decompressed */
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
exchange *exchange_new(const settings *s, sockets *open);

/* One without a handle, that only waits for its time. NULL when out of memory. */
exchange *exchange_new_timer(void);

/* Has the handle ready for any number of attempts; keeps nothing of the request but the
 * credentials. */
CURLcode exchange_prepare(exchange *x, const exchange_request *request);

/* Forgets the last attempt; the next may take so long. */
CURLcode exchange_begin(exchange *x, long timeout_ms);

/* Takes down how an attempt ended. */
void exchange_end(exchange *x, exchange_failure failure, CURLcode code);

/* There will be no further attempt, unless its answer turns out to be of no use. */
void exchange_finish(exchange *x);

/* Its engine is gone: only its answer is left. */
void exchange_cut_loose(exchange *x);

/* The status of a whole answer, else 0. */
long exchange_status(const exchange *x);

/* What Retry-After asks for in milliseconds, as seconds or as a date; -1 if it is missing. */
int64_t exchange_retry_after(const exchange *x);

/* Between these two, what pointers into the answer point to stays, even if another attempt begins. The
 * first gives what the second takes. */
bool exchange_hold_answer(exchange *x);
void exchange_let_go_of_answer(exchange *x, bool was_held);

/* Forgets the request and the answer, keeps handle and buffers. */
void exchange_rest(exchange *x);

void exchange_free(exchange *x);

/* The value of the last response's header of that name, not terminated; NULL if absent. */
const char *exchange_header(const exchange *x, const char *name, size_t *length);

#endif
