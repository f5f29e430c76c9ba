/* Reads Retry-After: a number of seconds, or a date in one of HTTP's three forms. What is neither is
 * as good as absent. Depends on no locale. */
#ifndef TN_RETRY_AFTER_H
#define TN_RETRY_AFTER_H

#include <stdint.h>

#include "response.h"

/* The milliseconds to wait; 0 for a date that is over; -1 if the text cannot be read. now is in
 * seconds since 1970. */
int64_t retry_after_read(const char *text, size_t length, int64_t now);

/* The longest wait that the response's header lines ask for; -1 if none can be read. */
int64_t retry_after_of(const response *r, int64_t now);

#endif
