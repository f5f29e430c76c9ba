#include "failure.h"

#include <string.h>

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

const char *failure_kind(const transfer *t) {
  switch (t->failure) {
  case TRANSFER_TOO_LARGE:
    return "too_large";
  case TRANSFER_NO_MEMORY:
    return "memory";
  case TRANSFER_LATE:
    return "timeout";
  case TRANSFER_DRAINED:
  case TRANSFER_ENGINE_CLOSED:
  case TRANSFER_FORKED:
    return "closed";
  case TRANSFER_CUT_OFF:
  case TRANSFER_NOT_REPEATED:
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
