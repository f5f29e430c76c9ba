/* One request and its answer: a libcurl easy handle with the buffers that its callbacks fill.
 * Made once, used for many requests. Knows nothing of Lua. */
#ifndef TN_TRANSFER_H
#define TN_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>

#include "refused_stream.h"
#include "response.h"
#include "retry.h"
#include "secret.h"
#include "settings.h"
#include "sockets.h"

struct engine;
struct transfer_list;

typedef enum transfer_state {
  TRANSFER_RESTING,
  TRANSFER_WAITING, /* for its turn, or for its time */
  TRANSFER_RUNNING, /* in libcurl's hands */
  TRANSFER_FINISHED /* answered or failed, and not to be tried again */
} transfer_state;

/* Why there is no whole answer; TRANSFER_ANSWERED if there is one. */
typedef enum transfer_failure {
  TRANSFER_ANSWERED,
  TRANSFER_FAILED,  /* see code */
  TRANSFER_CUT_OFF, /* the connection ended within the answer's head */
  TRANSFER_TOO_LARGE,
  TRANSFER_NO_MEMORY,
  TRANSFER_NOT_REPEATED,   /* the connection died and it may not be sent twice */
  TRANSFER_REFUSED_STREAM, /* the server refused the stream before it read the request */
  TRANSFER_DRAINED,        /* the engine begins no attempt any more */
  TRANSFER_ENGINE_CLOSED,
  TRANSFER_FORKED
} transfer_failure;

/* What the scheduler notes of a transfer. Times are monotonic ms. */
typedef struct transfer_schedule {
  int64_t began;         /* when the first attempt did */
  int64_t due;           /* when the time that it waits for comes */
  size_t heap_place;     /* in the heap of those that wait for a time; 0 for none */
  unsigned limit_round;  /* in which the attempt started */
  retry_verdict verdict; /* on the last attempt; RETRY_AGAIN if there was none */
} transfer_schedule;

/* What is set on an easy handle, so that it is set once only. */
typedef struct transfer_handle {
  bool custom_method;    /* more than a plain GET */
  bool fresh_connection; /* is to make one */
  bool shares;           /* waits for a connection that it may share */
  const char *proxy_exceptions;
  long timeout_ms;
} transfer_handle;

/* The request's header lines. libcurl only reads the list, so its tail is shared. */
typedef struct transfer_lines {
  struct curl_slist *common;       /* the settings' */
  struct curl_slist authorization; /* these two lead to it */
  struct curl_slist content_type;
  secret *credentials; /* held as long as the request may be sent */
} transfer_lines;

typedef struct transfer {
  CURL *easy; /* owned; NULL for one that only waits for its time */
  transfer_handle handle;
  CURLU *url;                       /* owned: the parts of the request's URL */
  struct engine *engine;            /* the owner while it exists; NULL once it is closed */
  struct transfer_list *list;       /* which of the engine's lists it is in */
  struct transfer *previous, *next; /* its neighbours there */
  int id;                           /* small and unique in its engine */
  transfer_state state;
  transfer_schedule schedule;
  int events;                  /* bits EVENT_… that were not told yet */
  struct transfer *next_event; /* the next one that has some */

  bool is_plain;   /* http:// */
  bool repeatable; /* may be sent again whatever became of it */
  transfer_lines lines;
  long timeout_ms;              /* of an attempt */
  bool may_share;               /* a connection, as HTTP/2 can */
  const char *proxy_exceptions; /* as libcurl takes them, for https:// */
  unsigned ca_version;          /* of the authorities that the easy handle has */

  /* The last attempt. */
  int attempts;             /* that were begun */
  int sends;                /* how often the request may have left in it */
  sockets *sockets;         /* the engine's; borrowed */
  int local_port;           /* of the connection that the request went out on */
  bool connection_is_stale; /* something waits on it: nothing was sent, and another is to be used */
  refused_stream refused_stream;
  bool ended; /* it is over, and what follows can be read */
  response response;
  transfer_failure failure;
  CURLcode code;
  char message[CURL_ERROR_SIZE];
} transfer;

typedef struct transfer_request {
  const char *method;
  const char *url;
  secret *credentials; /* NULL for none */
  const char *body;    /* NULL for none */
  size_t body_length;
  const char *content_type;
  long timeout_ms;
} transfer_request;

/* NULL when out of memory. */
transfer *transfer_new(const settings *s, sockets *open);

/* One without a handle, that only waits for its time. NULL when out of memory. */
transfer *transfer_new_timer(void);

/* Has the handle ready for any number of attempts; keeps nothing of the request but the
 * credentials. */
CURLcode transfer_prepare(transfer *t, const transfer_request *request);

/* Forgets the last attempt; the next may take so long. */
CURLcode transfer_begin(transfer *t, long timeout_ms);

/* What came is no answer to the request: the connection that brought it is not used again. */
void transfer_distrust(transfer *t);

/* The connection was stale and nothing was sent: the attempt goes on with one that is made for it. */
CURLcode transfer_reconnect(transfer *t);

/* Takes down how an attempt ended. */
void transfer_end(transfer *t, transfer_failure failure, CURLcode code);

/* There will be no further attempt, unless its answer turns out to be of no use. */
void transfer_finish(transfer *t);

/* In a forked child: its handle is the parent's, and is left alone. */
void transfer_abandon(transfer *t);

/* Its engine is gone: only its answer is left. */
void transfer_cut_loose(transfer *t);

/* The status of a whole answer, else 0. */
long transfer_status(const transfer *t);

/* What Retry-After asks for in milliseconds, as seconds or as a date; -1 if it is missing. */
int64_t transfer_retry_after(const transfer *t);

/* Forgets the request and the answer, keeps handle and buffers. */
void transfer_rest(transfer *t);

void transfer_free(transfer *t);

#endif
