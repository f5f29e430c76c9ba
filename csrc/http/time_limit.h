/* The time limits of an attempt. The engine keeps them itself, since libcurl does not keep its own
 * where an attempt waits for another one's connection or for a name. */
#ifndef TN_TIME_LIMIT_H
#define TN_TIME_LIMIT_H

#include "transfer.h"

#define TIME_LIMIT_NONE INT64_MAX

/* The time ms after now; TIME_LIMIT_NONE for one that is too far away. */
int64_t time_limit_after(int64_t now, int64_t ms);

/* After that, no further attempt is sent. */
int64_t time_limit_of_sending(const transfer *t);

/* An attempt starts now, and may take timeout_ms. */
void time_limit_begin(transfer *t, long timeout_ms, int64_t now);

/* When a running attempt has to be over unless it comes further. With has_connection, it is not
 * this attempt that has to connect. */
int64_t time_limit_next(const transfer *t, bool has_connection);

/* Whether it is too late to send it. */
bool time_limit_is_over(const transfer *t, int64_t now);

/* Makes it a failure that its time is over, and says in which phase. The opener is the attempt whose
 * connection it waits for, or t itself. */
void time_limit_end(transfer *t, const transfer *opener, int64_t now);

/* The same for a request whose turn did not come. */
void time_limit_end_waiting(transfer *t);

#endif
