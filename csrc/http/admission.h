/* Decides whether an attempt may begin now, by what is known of the connections. Over HTTP/2 requests
 * share connections, so a few are enough. Over HTTP/1.1 each request in flight needs its own. So one
 * request goes ahead, and those that could share its connection are held until it stands. They share its
 * failure to connect, too. It also limits how many connections are begun in a round. */
#ifndef TN_ADMISSION_H
#define TN_ADMISSION_H

#include "transfer.h"

/* What is known of the HTTP version. */
typedef enum http_version {
  VERSION_UNKNOWN,
  VERSION_UNTOLD, /* there is a connection, but only its first response will tell */
  VERSION_HTTP1,
  VERSION_HTTP2
} http_version;

/* The most requests on one HTTP/2 connection. libcurl opens a connection for each one above. */
enum { ADMISSION_STREAMS = 100 };

typedef struct admission {
  http_version version;
  const transfer *leader; /* opens the first connection; borrowed; NULL if there is none */
  int most_openings;      /* connections that may be begun in a round; 0 for any number */
  int openings;           /* begun in this round */
} admission;

/* What an attempt finds that is to begin. */
typedef struct admission_load {
  int others; /* attempts that were begun before it and are not over */
  size_t connections;
} admission_load;

/* Forgets what is known of the connections: there are none. */
void admission_reset(admission *a);

/* Whether it may begin, as one of many. */
bool admission_has_room(const admission *a, const transfer *t, admission_load load);

/* Whether it may go ahead of others that could share its connection. */
bool admission_may_lead(const admission *a, const transfer *t, admission_load load);

/* Whether it has to wait for the next round, since enough connections were begun in this one. */
bool admission_is_opening_enough(const admission *a, admission_load load);

/* Records that an attempt begins. */
void admission_note_begin(admission *a, admission_load load);

/* Records whether the leader's connection stands, which ends its lead, and the version that TLS has agreed
 * upon. True if that is the first news of HTTP/2. */
bool admission_note_connection(admission *a);

/* Records the version of a response that came for t, where TLS does not tell it. True as above. */
bool admission_note_response(admission *a, const transfer *t);

#endif
