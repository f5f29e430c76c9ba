/* What came with an answer, beside its body: kept after the transfer was given back. */
#ifndef TN_RECEIPT_H
#define TN_RECEIPT_H

#include "transfer.h"

/* Moments of an attempt, in microseconds since its start. */
enum { MOMENT_NAME, MOMENT_CONNECT, MOMENT_TLS, MOMENT_FIRST_BYTE, MOMENT_TOTAL, MOMENT_COUNT };

/* How the last attempt went. */
typedef struct metrics {
  int sends;        /* how often the request may have been sent in it */
  bool reused;      /* on a connection that was used before */
  const char *http; /* the HTTP version, a constant; "none" for none */
  curl_off_t moments[MOMENT_COUNT];
} metrics;

metrics metrics_of(const transfer *t);

typedef struct receipt {
  metrics metrics;
  int attempts;
  int status; /* 0 for none */
  size_t head_length;
  char head[]; /* the header lines, up to a limit */
} receipt;

/* The bytes that a receipt of a transfer takes which has ended. */
size_t receipt_size(const transfer *t);

/* Fills one of that size. */
void receipt_fill(receipt *r, size_t size, const transfer *t);

/* What a transfer that has ended has brought. The caller frees it. NULL when out of memory. */
receipt *receipt_of(const transfer *t);

#endif
