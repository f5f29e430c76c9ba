#include "tls_guard.h"

#include <openssl/ssl.h>
#include <stddef.h>
#include <string.h>

/* A handshake has about ten messages, and a connection that is used for days some more. */
enum { MOST_MESSAGES = 1000 };

#if defined(__ELF__)
/* They are there only if libcurl uses OpenSSL. */
#pragma weak SSL_CTX_set_msg_callback
#pragma weak SSL_get_ex_data
#pragma weak SSL_get_rbio
#pragma weak SSL_set_ex_data

static int count_index = -1; /* of the number of messages that a connection got */

/* A connection has a pointer, so a number is the place in this array, which is never used else. */
static char counts[MOST_MESSAGES + 1];

void tls_guard_prepare(void) {
  if (SSL_CTX_set_msg_callback != NULL)
    count_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* From now on each read is an error. */
static long refuse_reads(BIO *bio, int operation, const char *bytes, size_t length, int argument,
                         long number, int result, size_t *processed) {
  (void)bytes, (void)length, (void)argument, (void)number, (void)processed;
  if (operation != BIO_CB_READ)
    return result;
  BIO_clear_retry_flags(bio);
  return -1;
}

static void on_message(int is_sent, int version, int type, const void *bytes, size_t length,
                       SSL *ssl, void *user) {
  (void)version, (void)bytes, (void)length, (void)user;
  if (is_sent ||
      (type != SSL3_RT_HANDSHAKE && type != SSL3_RT_ALERT && type != SSL3_RT_CHANGE_CIPHER_SPEC))
    return;
  const char *before = SSL_get_ex_data(ssl, count_index);
  ptrdiff_t count = before != NULL ? before - counts + 1 : 1;
  if (count <= MOST_MESSAGES)
    (void)SSL_set_ex_data(ssl, count_index, &counts[count]);
  if (count == MOST_MESSAGES)
    BIO_set_callback_ex(SSL_get_rbio(ssl), refuse_reads);
}

static CURLcode on_context(CURL *easy, void *context, void *user) {
  (void)easy, (void)user;
  SSL_CTX_set_msg_callback(context, on_message);
  return CURLE_OK;
}

CURLcode tls_guard_set(CURL *easy) {
  const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
  if (count_index < 0 || library == NULL || strncmp(library, "OpenSSL/", 8) != 0)
    return CURLE_OK;
  return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
}
#else
void tls_guard_prepare(void) {}

CURLcode tls_guard_set(CURL *easy) {
  (void)easy;
  return CURLE_OK;
}
#endif
