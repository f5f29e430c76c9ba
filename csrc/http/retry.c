#include "retry.h"

#include <stddef.h>

bool retry_is_limited(long status) {
  return status == 429;
}

static bool is_passing_status(long status) {
  switch (status) {
  case 408:
  case 500:
  case 502:
  case 503:
  case 504:
    return true;
  default:
    return retry_is_limited(status);
  }
}

/* Full jitter, from 0 to the whole: requests that failed together are not repeated together. */
static int64_t jittered(int64_t whole_ms, uint64_t random) {
  return whole_ms > 0 ? (int64_t)(random % ((uint64_t)whole_ms + 1)) : 0;
}

static int64_t backoff(const retry_policy *policy, int attempts) {
  int64_t whole = policy->base_ms;
  for (int i = 1; i < attempts && whole < policy->cap_ms; i++)
    whole *= 2;
  return whole < policy->cap_ms ? whole : policy->cap_ms;
}

/* RETRY_AGAIN if another attempt may succeed and does no harm. */
static retry_verdict is_worth_it(const retry_case *c) {
  if (retry_is_limited(c->status))
    return RETRY_AGAIN; /* it was not executed */
  bool passing = c->status != 0 ? is_passing_status(c->status) : c->passing;
  if (!passing)
    return RETRY_FINAL;
  return c->repeatable || !c->sent ? RETRY_AGAIN : RETRY_UNSAFE;
}

retry_verdict retry_judge(const retry_policy *policy, const retry_case *c, uint64_t random,
                          int64_t *wait_ms) {
  retry_verdict verdict = is_worth_it(c);
  if (verdict != RETRY_AGAIN)
    return verdict;
  if (c->left_ms <= 0)
    return RETRY_DEADLINE;
  if (c->attempts >= policy->attempts)
    return RETRY_ATTEMPTS;
  int64_t wait = jittered(backoff(policy, c->attempts), random);
  if (c->retry_after_ms >= 0) {
    if (c->retry_after_ms > policy->cap_ms)
      return RETRY_AFTER_LONG;
    /* One that is over already, as a date by another clock may be, does not end the backoff. */
    int64_t asked = c->retry_after_ms + jittered(policy->base_ms, random);
    wait = asked > wait ? asked : wait;
  }
  if (wait >= c->left_ms)
    return RETRY_DEADLINE;
  *wait_ms = wait;
  return RETRY_AGAIN;
}

const char *retry_word(retry_verdict verdict) {
  switch (verdict) {
  case RETRY_FINAL:
    return "final";
  case RETRY_UNSAFE:
    return "unsafe";
  case RETRY_ATTEMPTS:
    return "attempts";
  case RETRY_DEADLINE:
    return "deadline";
  case RETRY_AFTER_LONG:
    return "retry_after";
  case RETRY_DRAINED:
    return "closed";
  case RETRY_AGAIN:
    break;
  }
  return NULL;
}
