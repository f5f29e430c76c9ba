/* Why there is no complete response: a kind and a message. */
#ifndef TN_FAILURE_H
#define TN_FAILURE_H

#include "transfer.h"

/* What a failure of libcurl's is, told more precisely than by its code. Completes its message by what a
 * person can do. */
transfer_failure failure_classify(transfer *t, CURLcode code);

/* "network", "timeout", "tls", "unreadable", "too_large", "memory" or "closed". */
const char *failure_kind(const transfer *t);

/* A phrase without a full stop. Borrowed: valid until the transfer's next attempt or release. */
const char *failure_message(const transfer *t);

/* True for a failure that another attempt may not meet. */
bool failure_is_passing(const transfer *t);

#endif
