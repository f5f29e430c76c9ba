/* Decides whether a request may and should be sent again, and after how long. */
#ifndef TN_RETRY_H
#define TN_RETRY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct retry_policy {
  int attempts;    /* the most in all; 1 for no retry */
  int64_t base_ms; /* the most for the first wait, which doubles with each attempt */
  int64_t cap_ms;  /* the most for any wait */
  int64_t
      deadline_ms; /* for the wait in the queue, all attempts and all waits together; INT64_MAX for none */
  bool has_own_deadline; /* the user's: a longer attempt does not extend it */
} retry_policy;

/* How an attempt ended. */
typedef struct retry_case {
  bool repeatable;        /* the request is idempotent: sending it twice does no harm */
  bool sent;              /* some of it was sent, so the server may have executed it */
  bool passing;           /* the failure is transient; used only without a status */
  long status;            /* of a complete response, else 0 */
  int attempts;           /* so far */
  int64_t left_ms;        /* until its deadline */
  int64_t retry_after_ms; /* the response's Retry-After; negative for none */
} retry_case;

typedef enum retry_verdict {
  RETRY_AGAIN,
  RETRY_FINAL,      /* a response, or a failure that is not transient */
  RETRY_UNSAFE,     /* the server may have executed the request */
  RETRY_ATTEMPTS,   /* all attempts are used up */
  RETRY_DEADLINE,   /* the next attempt would start after the deadline */
  RETRY_AFTER_LONG, /* Retry-After is longer than the cap */
  RETRY_DRAINED     /* no attempt is started any more */
} retry_verdict;

/* True for a status that means that the request was refused and not executed. */
bool retry_is_limited(long status);

/* The jitter is derived from random. *wait_ms is set only if the verdict is RETRY_AGAIN. */
retry_verdict retry_judge(const retry_policy *policy, const retry_case *c, uint64_t random,
                          int64_t *wait_ms);

/* The reason why there is no further attempt, a constant; NULL for RETRY_AGAIN. */
const char *retry_word(retry_verdict verdict);

#endif
