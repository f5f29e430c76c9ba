/* What kept an answer from arriving whole, in words. */
#ifndef TN_FAILURE_H
#define TN_FAILURE_H

#include "exchange.h"

/* "network", "timeout", "tls", "unreadable", "too_large", "memory" or "closed". */
const char *failure_kind(const exchange *x);

/* A phrase without a full stop; lives as long as the exchange's answer. */
const char *failure_message(const exchange *x);

#endif
