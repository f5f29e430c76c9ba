/* What a transfer is to ask for: puts the method, the header lines, the body and the URL on its easy
 * handle, and drops them again. */
#ifndef TN_TRANSFER_REQUEST_H
#define TN_TRANSFER_REQUEST_H

#include "transfer.h"

/* All of it is borrowed for the call; the credentials are held from then on. */
typedef struct transfer_request {
  const char *method;
  const char *url;     /* absolute: http:// or https:// */
  secret *credentials; /* NULL for none */
  const char *body;    /* NULL for none */
  size_t body_length;
  const char *content_type;
  const multipart_content *multipart; /* the body instead of those two; NULL for none */
  long timeout_ms;                    /* of an attempt */
  const int64_t *deadline_ms; /* of all attempts and waits together; NULL for the policy's */
  const int64_t *send_by_ms;  /* after that no attempt is sent; NULL for no such limit */
  const retry_policy *policy; /* NULL for the scheduler's */
  pacer *pacer;               /* NULL for no pace but the scheduler's; held from then on */
  const char *const *lines;   /* further header lines */
  size_t line_count;
} transfer_request;

/* Prepares the handle for any number of attempts. Copies what it needs of the request, and holds
 * its credentials. */
CURLcode transfer_prepare(transfer *t, const transfer_request *request);

/* Drops the credentials, the header lines and the body. The next request needs transfer_prepare. */
void transfer_release_request(transfer *t);

#endif
