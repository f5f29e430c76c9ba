/* Why there is no complete response: a kind and a message. */
#ifndef TN_FAILURE_H
#define TN_FAILURE_H

#include "transfer.h"

/* "network", "timeout", "tls", "unreadable", "too_large", "memory" or "closed". */
const char *failure_kind(const transfer *t);

/* A phrase without a full stop. Borrowed: valid until the transfer's next attempt or release. */
const char *failure_message(const transfer *t);

#endif
