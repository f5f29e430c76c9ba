/* Bounds what a server may send in TLS messages. OpenSSL reads on for as long as more of them come, and
 * skips some without an end, so a server could hold the thread beyond all time limits. */
#ifndef TN_TLS_GUARD_H
#define TN_TLS_GUARD_H

#include <curl/curl.h>

/* Has to be called once in the process, before the first handle is guarded. */
void tls_guard_prepare(void);

/* Has the handle's connections fail that get too many messages. Does nothing where libcurl uses
 * another TLS library than OpenSSL. */
CURLcode tls_guard_set(CURL *easy);

#endif
