#include "receipt.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_MOST = 16 * 1024 };

static const char *http_version(CURL *easy) {
  long version = 0;
  if (easy != NULL)
    (void)curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
  case CURL_HTTP_VERSION_1_0:
    return "1.0";
  case CURL_HTTP_VERSION_1_1:
    return "1.1";
  case CURL_HTTP_VERSION_2_0:
    return "2";
  case CURL_HTTP_VERSION_3:
    return "3";
  default:
    return "none";
  }
}

metrics metrics_of(const transfer *t) {
  static const CURLINFO which[MOMENT_COUNT] = {[MOMENT_NAME] = CURLINFO_NAMELOOKUP_TIME_T,
                                               [MOMENT_CONNECT] = CURLINFO_CONNECT_TIME_T,
                                               [MOMENT_TLS] = CURLINFO_APPCONNECT_TIME_T,
                                               [MOMENT_FIRST_BYTE] = CURLINFO_STARTTRANSFER_TIME_T,
                                               [MOMENT_TOTAL] = CURLINFO_TOTAL_TIME_T};
  /* One that libcurl has not begun with has what the handle's last request had. */
  CURL *easy = t->phase != PHASE_WAITING ? t->easy : NULL;
  metrics m = {.sends = t->sends, .http = http_version(easy)};
  long connects = 0;
  if (easy == NULL)
    return m;
  (void)curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
  m.reused = t->sends > 0 && connects == 0;
  for (int i = 0; i < MOMENT_COUNT; i++)
    (void)curl_easy_getinfo(easy, which[i], &m.moments[i]);
  return m;
}

size_t receipt_size(const transfer *t) {
  size_t length = t->response.head.length;
  return sizeof(receipt) + (length < HEAD_MOST ? length : HEAD_MOST);
}

void receipt_fill(receipt *r, size_t size, const transfer *t) {
  size_t length = size - sizeof *r;
  *r = (receipt){.metrics = metrics_of(t),
                 .attempts = t->attempts,
                 .status = response_is_whole(&t->response) ? t->response.status : 0,
                 .head_length = length};
  if (length > 0)
    memcpy(r->head, t->response.head.data, length);
}

receipt *receipt_of(const transfer *t) {
  size_t size = receipt_size(t);
  receipt *r = malloc(size);
  if (r != NULL)
    receipt_fill(r, size, t);
  return r;
}
