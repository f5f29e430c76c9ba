/* The kind of a failure. The whole sentence that a user sees is made in lua/twilio/numbers/api/error.lua. */
#include "failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca_store.h"

/* Its name from libcurl 8.6 on. */
#define CURLE_TOO_LARGE_CODE ((CURLcode)100)

static const char *kind_of_code(CURLcode code) {
  switch (code) {
  case CURLE_OPERATION_TIMEDOUT:
    return "timeout";
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_ENGINE_INITFAILED:
  case CURLE_SSL_SHUTDOWN_FAILED:
  case CURLE_USE_SSL_FAILED:
    return "tls";
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_WRITE_ERROR: /* the body cannot be decompressed */
    return "unreadable";
  case CURLE_OUT_OF_MEMORY:
    return "memory";
  default:
    return "network";
  }
}

/* The status by which a proxy refused to connect, and will again; 0 if none did. */
static long proxy_refusal(CURL *easy) {
  long status = 0;
  (void)curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  bool passes = status == 408 || status == 425 || status == 429;
  return status >= 300 && status < 500 && !passes ? status : 0;
}

static const char *advice_on_proxy(long status) {
  if (status == 407)
    return "it asks for a user and a password, see the option proxy";
  if (status < 400)
    return "it points to another place, such as a page to log in, where no request goes";
  return "it does not permit this host";
}

/* libcurl before 8.6 reports a header line over its limit as a lack of memory. If the memory for a
 * line of that length is there, it was the limit. */
static bool is_long_line(const transfer *t, CURLcode code) {
  static const size_t longest_line = 102400;
  if (t->sends == 0 || response_is_whole(&t->response))
    return false;
  if (code != CURLE_OUT_OF_MEMORY)
    return code == CURLE_TOO_LARGE_CODE;
  void *room = malloc(2 * longest_line);
  free(room);
  return room != NULL;
}

static bool is_tls(CURLcode code) {
  return strcmp(kind_of_code(code), "tls") == 0;
}

/* Completes what is said of the authorities that cannot be used. */
static const char *advice_on_authorities(const transfer *t, const char *otherwise) {
  bool is_forbidden = t->authorities != NULL && ca_store_is_forbidden(t->authorities);
  return is_forbidden ? "this process has no permission to read the authorities: "
                        "check that of the file, and of the folders above it"
                      : otherwise;
}

/* What a person can do about a certificate, or NULL. The numbers are OpenSSL's X509_V_ERR_... */
static const char *advice_on_tls(const transfer *t, CURLcode code) {
  long result = 0;
  if (code == CURLE_SSL_CACERT_BADFILE)
    return advice_on_authorities(
        t, "install ca-certificates, or check the options ca_file and ca_path");
  if (code != CURLE_PEER_FAILED_VERIFICATION)
    return NULL;
  (void)curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &result);
  switch (result) {
  case 9:
    return "is this machine's clock slow?";
  case 10:
    return "is this machine's clock fast?";
  case 2:
  case 20:
  case 21:
    return advice_on_authorities(
        t, "install ca-certificates, or name its authority by the option ca_file");
  default:
    return NULL;
  }
}

static void add_advice(transfer *t, CURLcode code, const char *advice) {
  char words[CURL_ERROR_SIZE];
  if (t->message[0] == '\0')
    (void)snprintf(words, sizeof words, "%s", curl_easy_strerror(code));
  else
    memcpy(words, t->message, sizeof words);
  size_t most = sizeof t->message - strlen(advice) - sizeof ": ";
  (void)snprintf(t->message, sizeof t->message, "%.*s: %s", (int)most, words, advice);
}

transfer_failure failure_classify(transfer *t, CURLcode code) {
  long status = t->easy != NULL && t->sends == 0 ? proxy_refusal(t->easy) : 0;
  if (status != 0) {
    (void)snprintf(t->message, sizeof t->message, "the proxy refused to connect with %ld: %s",
                   status, advice_on_proxy(status));
    return TRANSFER_PROXY_REFUSED;
  }
  if (is_long_line(t, code))
    return TRANSFER_TOO_LARGE;
  if (code == CURLE_COULDNT_CONNECT && t->sockets != NULL && t->sockets->cannot_open)
    return TRANSFER_NO_DESCRIPTORS;
  if (!is_tls(code))
    return TRANSFER_FAILED;
  if (t->sockets != NULL && t->sockets->is_full)
    return TRANSFER_NO_DESCRIPTORS;
  const char *advice = advice_on_tls(t, code);
  if (advice != NULL)
    add_advice(t, code, advice);
  return TRANSFER_FAILED;
}

const char *failure_kind(const transfer *t) {
  switch (t->failure) {
  case TRANSFER_TOO_LARGE:
    return "too_large";
  case TRANSFER_NO_MEMORY:
  case TRANSFER_NO_DESCRIPTORS:
    return "memory";
  case TRANSFER_UNREADABLE:
    return "file";
  case TRANSFER_LATE:
    return "timeout";
  case TRANSFER_DRAINED:
  case TRANSFER_ENGINE_CLOSED:
  case TRANSFER_FORKED:
    return "closed";
  case TRANSFER_CUT_OFF:
  case TRANSFER_NOT_REPEATED:
  case TRANSFER_PROXY_REFUSED:
  case TRANSFER_REFUSED_STREAM:
    return "network";
  case TRANSFER_ANSWERED:
  case TRANSFER_FAILED:
    break;
  }
  return kind_of_code(t->code);
}

const char *failure_message(const transfer *t) {
  switch (t->failure) {
  case TRANSFER_TOO_LARGE:
    return "the answer is larger than the limit";
  case TRANSFER_NO_MEMORY:
    return "not enough memory for the answer";
  case TRANSFER_NO_DESCRIPTORS:
    return "the process has no free file descriptor for a connection and its certificates";
  case TRANSFER_PROXY_REFUSED:
    return t->message;
  case TRANSFER_DRAINED:
    return "the client begins nothing any more";
  case TRANSFER_ENGINE_CLOSED:
    return "the client was closed before the answer came";
  case TRANSFER_FORKED:
    return "the process forked before the answer came";
  case TRANSFER_CUT_OFF:
    return "the connection closed in the middle of the answer's head";
  case TRANSFER_NOT_REPEATED:
    return "the connection closed before the answer came";
  case TRANSFER_REFUSED_STREAM:
    return "the server turned the request away unread";
  case TRANSFER_UNREADABLE:
    return t->multipart.problem;
  case TRANSFER_LATE:
    return t->message;
  case TRANSFER_ANSWERED:
  case TRANSFER_FAILED:
    break;
  }
  /* libcurl quotes the URL of a proxy that it cannot use, which may contain a password. */
  bool shows_proxy = strstr(t->message, "roxy") != NULL && strpbrk(t->message, "'\"@") != NULL;
  if (shows_proxy)
    return "the proxy cannot be used: its URL is wrong, or of a kind that is not supported";
  return t->message[0] != '\0' ? t->message : curl_easy_strerror(t->code);
}

bool failure_is_passing(const transfer *t) {
  switch (t->failure) {
  case TRANSFER_LATE:
  case TRANSFER_CUT_OFF:
  case TRANSFER_NO_DESCRIPTORS:
  case TRANSFER_NOT_REPEATED:
  case TRANSFER_REFUSED_STREAM:
    return true;
  case TRANSFER_FAILED:
    break;
  default:
    return false;
  }
  switch (t->code) {
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
  case CURLE_PARTIAL_FILE:
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_WRITE_ERROR: /* what cannot be decompressed */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_UNSUPPORTED_PROTOCOL: /* what is no HTTP */
    return true;
  default:
    return false;
  }
}
