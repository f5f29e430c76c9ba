/* One request and its response: a libcurl easy handle with the buffers that its callbacks fill.
 * Made once, used for many requests. Knows nothing of Lua. */
#ifndef TN_TRANSFER_H
#define TN_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>

#include "multipart.h"
#include "pacer.h"
#include "parsed_url.h"
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
  TRANSFER_WAITING, /* in the queue, or for a time */
  TRANSFER_RUNNING, /* an attempt is running */
  TRANSFER_FINISHED /* answered or failed, without a further attempt */
} transfer_state;

/* Why there is no complete response; TRANSFER_ANSWERED if there is one. */
typedef enum transfer_failure {
  TRANSFER_ANSWERED,
  TRANSFER_FAILED,  /* see code */
  TRANSFER_LATE,    /* its time was over; message says in which phase */
  TRANSFER_CUT_OFF, /* the connection ended within the response's head */
  TRANSFER_TOO_LARGE,
  TRANSFER_NO_MEMORY,
  TRANSFER_NO_DESCRIPTORS, /* of the process: TLS could not read its certificates */
  TRANSFER_PROXY_REFUSED,  /* its status is in message */
  TRANSFER_NOT_REPEATED,   /* the connection failed, and the request must not be sent twice */
  TRANSFER_REFUSED_STREAM, /* the server refused the stream before it read the request */
  TRANSFER_UNREADABLE,     /* what is to be sent has changed or cannot be read: multipart.problem */
  TRANSFER_DRAINED,        /* the engine starts no attempt any more */
  TRANSFER_ENGINE_CLOSED,
  TRANSFER_FORKED
} transfer_failure;

/* The scheduler's data of a transfer. Times are monotonic ms. */
typedef struct transfer_schedule {
  int64_t began;    /* when it was queued */
  int64_t deadline; /* when it has to be over, with all attempts; TIME_LIMIT_NONE for never */
  bool is_deadline_timeout; /* the deadline is the attempt's timeout: the user has set no other */
  int64_t send_by;       /* after that it is not sent any more; TIME_LIMIT_NONE for no such limit */
  int64_t wake_at;       /* when its wait, or a limit of its attempt, is over */
  size_t heap_place;     /* in a timer heap; 0 if it is in none */
  unsigned limit_round;  /* the concurrency limit's round when the attempt started */
  retry_policy policy;   /* when it is repeated */
  pacer *pacer;          /* held; NULL for none */
  bool has_token;        /* of the pacer, for the next attempt */
  retry_verdict verdict; /* on the last attempt; RETRY_AGAIN if there was none */
} transfer_schedule;

/* The options that are set on the easy handle at present, so that none is set again needlessly. */
typedef struct transfer_handle {
  bool custom_method;    /* another method than GET, or a body */
  bool fresh_connection; /* CURLOPT_FRESH_CONNECT */
  bool shares;           /* CURLOPT_PIPEWAIT */
  const char *proxy_exceptions;
} transfer_handle;

/* The request's header lines as a list, whose tail is shared: libcurl does not change it. */
typedef struct transfer_lines {
  struct curl_slist *common;       /* the settings' lines; borrowed */
  struct curl_slist *extra;        /* the request's own, followed by the common ones */
  struct curl_slist authorization; /* its text is the secret's */
  struct curl_slist content_type;  /* its text is owned */
  secret *credentials;             /* held as long as the request may be sent */
} transfer_lines;

/* How far an attempt has come. TLS is part of PHASE_CONNECTING. */
typedef enum transfer_phase {
  PHASE_WAITING, /* for its turn, or for a connection that another request opens */
  PHASE_RESOLVING,
  PHASE_CONNECTING,
  PHASE_SENT /* handed to a connection */
} transfer_phase;

/* The limits of an attempt, in monotonic ms. */
typedef struct transfer_limits {
  int64_t began;
  int64_t connect_by; /* when the connection has to stand */
  int64_t ends;       /* when the answer has to be whole */
} transfer_limits;

typedef struct transfer {
  CURL *easy; /* owned; NULL for a pause, which has no request */
  transfer_handle handle;
  parsed_url url;                   /* of the request */
  struct engine *engine;            /* the owner; NULL once that is closed */
  struct transfer_list *list;       /* the list that it is in, or NULL */
  struct transfer *previous, *next; /* its neighbours in the list */
  int id;                           /* small and unique in its engine */
  transfer_state state;
  transfer_schedule schedule;
  int events;                  /* bits EVENT_… that were not read yet */
  struct transfer *next_event; /* the next transfer in the queue of events */

  bool is_pause;
  bool is_plain;   /* http:// */
  bool repeatable; /* the request is idempotent */
  transfer_lines lines;
  multipart multipart;                /* the body, if it is of that kind */
  long timeout_ms;                    /* of an attempt */
  long connect_timeout_ms;            /* of its connection; a part of timeout_ms */
  bool may_share;                     /* a connection, as HTTP/2 can */
  const char *proxy_exceptions;       /* CURLOPT_NOPROXY for https:// */
  unsigned ca_version;                /* of the CA store that was applied to the easy handle */
  const struct ca_store *authorities; /* that store, of the engine; borrowed; NULL before */

  bool was_sent; /* in an attempt before the last one */

  /* The last attempt. */
  int attempts;             /* how many were started */
  transfer_phase phase;     /* how far it has come */
  transfer_limits limits;   /* when it has to be over */
  int sends;                /* how often the request may have been sent in it */
  sockets *sockets;         /* the engine's; borrowed */
  int local_port;           /* of the connection that the request was sent on */
  unsigned answers_before;  /* how many had come there before */
  bool connection_is_stale; /* it has unread bytes: nothing was sent, another has to be used */
  refused_stream refused_stream;
  bool ended; /* the attempt is over, and the fields below can be read */
  response response;
  size_t value_limit; /* JSON values in the response; for the binding */
  transfer_failure failure;
  CURLcode code;
  char message[CURL_ERROR_SIZE];
} transfer;

/* NULL when out of memory. The settings and the sockets are borrowed, and have to outlive it. */
transfer *transfer_new(const settings *s, sockets *open);

/* A pause: a transfer without a handle, which only waits. NULL when out of memory. */
transfer *transfer_new_timer(void);

/* Resets the transfer for the next attempt, which may take timeout_ms. */
CURLcode transfer_begin(transfer *t, long timeout_ms);

/* The response does not belong to the request: its connection is not used again. */
void transfer_distrust(transfer *t);

/* The connection had unread bytes, and nothing was sent: the attempt continues on a new one. */
CURLcode transfer_reconnect(transfer *t);

/* Records how an attempt ended. */
void transfer_end(transfer *t, transfer_failure failure, CURLcode code);

/* Ends an attempt that was not sent as another one ended, whose failure was classified already. */
void transfer_end_alike(transfer *t, const transfer *other);

/* Marks it as finished. Drops the credentials and what was sent unless the response may yet prove unusable. */
void transfer_finish(transfer *t);

/* In a forked child: drops the handle, which is the parent's. */
void transfer_abandon(transfer *t);

/* Its engine is closed: drops all but the response. */
void transfer_detach(transfer *t);

/* The status of a complete response, else 0. */
long transfer_status(const transfer *t);

/* Retry-After, given in seconds or as a date, in milliseconds; -1 if it is missing or cannot be
 * read. */
int64_t transfer_retry_after(const transfer *t);

/* Resets it for another request; keeps the handle and the buffers. */
void transfer_rest(transfer *t);

void transfer_free(transfer *t);

#endif
