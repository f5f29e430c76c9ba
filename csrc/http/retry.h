/* Whether a request may and should be sent again, and after how long. Decides, does nothing. */
#ifndef TN_RETRY_H
#define TN_RETRY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct retry_policy {
  int attempts;        /* at most so many in all; 1 for never again */
  int64_t base_ms;     /* the first wait is between 0 and this, the next up to twice that, ... */
  int64_t cap_ms;      /* ... and none is longer than this */
  int64_t deadline_ms; /* all attempts with their waits end within this */
} retry_policy;

/* How an attempt ended. */
typedef struct retry_case {
  bool repeatable; /* a second one does no harm, whatever became of the first */
  bool sent;       /* any of it may have been acted upon */
  bool passing;    /* it broke for a reason that may pass; only where there is no status */
  long status;     /* of a whole answer, else 0 */
  int attempts;    /* so far */
  int64_t elapsed_ms;
  int64_t retry_after_ms; /* what the answer asks for; negative for nothing */
} retry_case;

typedef enum retry_verdict {
  RETRY_AGAIN,
  RETRY_FINAL,      /* an answer, or a failure that another attempt would meet as well */
  RETRY_UNSAFE,     /* it may have been acted upon */
  RETRY_ATTEMPTS,   /* there were as many as allowed */
  RETRY_DEADLINE,   /* the next would come too late */
  RETRY_AFTER_LONG, /* the server asks for a longer wait than the cap */
  RETRY_DRAINED     /* no attempt is begun any more */
} retry_verdict;

/* Whether the status says that the request was turned down unread, for now. */
bool retry_is_limited(long status);

/* random is any number; of it comes the jitter. *wait_ms is set if the verdict is RETRY_AGAIN. */
retry_verdict retry_judge(const retry_policy *policy, const retry_case *c, uint64_t random,
                          int64_t *wait_ms);

/* A word for why there is no further attempt; NULL if there is one. */
const char *retry_word(retry_verdict verdict);

#endif
