/* What kept an answer from arriving whole, in words. */
#ifndef TN_FAILURE_H
#define TN_FAILURE_H

#include "transfer.h"

/* "network", "timeout", "tls", "unreadable", "too_large", "memory" or "closed". */
const char *failure_kind(const transfer *t);

/* A phrase without a full stop; lives as long as the transfer's answer. */
const char *failure_message(const transfer *t);

#endif
