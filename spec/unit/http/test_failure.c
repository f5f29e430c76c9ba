#include "failure.h"

#include <string.h>

#include "check.h"

static transfer failed(transfer_failure failure, CURLcode code, const char *message) {
  transfer t = {.failure = failure, .code = code};
  (void)strcpy(t.message, message);
  return t;
}

static void kinds(void) {
  static const struct {
    transfer_failure failure;
    const char *kind;
  } failures[] = {{TRANSFER_TOO_LARGE, "too_large"},   {TRANSFER_NO_MEMORY, "memory"},
                  {TRANSFER_DRAINED, "closed"},        {TRANSFER_ENGINE_CLOSED, "closed"},
                  {TRANSFER_FORKED, "closed"},         {TRANSFER_CUT_OFF, "network"},
                  {TRANSFER_NO_DESCRIPTORS, "memory"}, {TRANSFER_NOT_REPEATED, "network"},
                  {TRANSFER_REFUSED_STREAM, "network"}};
  static const struct {
    CURLcode code;
    const char *kind;
  } codes[] = {{CURLE_OPERATION_TIMEDOUT, "timeout"},      {CURLE_SSL_CONNECT_ERROR, "tls"},
               {CURLE_PEER_FAILED_VERIFICATION, "tls"},    {CURLE_SSL_CACERT_BADFILE, "tls"},
               {CURLE_BAD_CONTENT_ENCODING, "unreadable"}, {CURLE_WRITE_ERROR, "unreadable"},
               {CURLE_WEIRD_SERVER_REPLY, "unreadable"},   {CURLE_OUT_OF_MEMORY, "memory"},
               {CURLE_COULDNT_CONNECT, "network"},         {CURLE_RECV_ERROR, "network"}};
  test("each failure has a kind, and a phrase without a full stop, whatever libcurl says");
  for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
    transfer t = failed(failures[i].failure, CURLE_OPERATION_TIMEDOUT, "libcurl's words");
    CHECK_TEXT(failures[i].kind, failure_kind(&t));
    const char *message = failure_message(&t);
    CHECK(strlen(message) > 10 && message[strlen(message) - 1] != '.');
    CHECK(strcmp(message, "libcurl's words") != 0);
  }
  test("a failure of libcurl's has a kind by its code");
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    transfer t = failed(TRANSFER_FAILED, codes[i].code, "");
    CHECK_TEXT(codes[i].kind, failure_kind(&t));
    CHECK_TEXT(curl_easy_strerror(codes[i].code), failure_message(&t));
  }
}

static void messages(void) {
  test("libcurl's own words go before its general ones");
  transfer t = failed(TRANSFER_FAILED, CURLE_COULDNT_CONNECT, "Failed to connect to x port 1");
  CHECK_TEXT("Failed to connect to x port 1", failure_message(&t));
  test("but not those that may show the password in a proxy's URL");
  t = failed(TRANSFER_FAILED, CURLE_UNSUPPORTED_PROTOCOL,
             "Unsupported proxy scheme for 'x://user:password@host'");
  CHECK(strstr(failure_message(&t), "password") == NULL);
  t = failed(TRANSFER_FAILED, CURLE_COULDNT_RESOLVE_PROXY, "Could not resolve proxy: host");
  CHECK_TEXT("Could not resolve proxy: host", failure_message(&t));
}

static void classes(void) {
  transfer t = failed(TRANSFER_FAILED, CURLE_OUT_OF_MEMORY, "");
  test("a lack of memory in the middle of a head is a header line over the limit, if there is "
       "memory");
  CHECK(failure_classify(&t, CURLE_OUT_OF_MEMORY) == TRANSFER_FAILED); /* nothing was sent */
  t.sends = 1;
  CHECK(failure_classify(&t, CURLE_OUT_OF_MEMORY) == TRANSFER_TOO_LARGE);
  memory_ends_after(0);
  transfer_failure without_memory = failure_classify(&t, CURLE_OUT_OF_MEMORY);
  memory_is_back();
  CHECK(without_memory == TRANSFER_FAILED);
  t.response.head_has_ended = true;
  t.response.status = 200;
  CHECK(failure_classify(&t, CURLE_OUT_OF_MEMORY) == TRANSFER_FAILED);

  test("a failure of TLS without a free descriptor is named so");
  sockets open = {.is_full = true};
  t = failed(TRANSFER_FAILED, CURLE_SSL_CACERT_BADFILE, "error setting certificate file");
  t.sockets = &open;
  CHECK(failure_classify(&t, CURLE_SSL_CACERT_BADFILE) == TRANSFER_NO_DESCRIPTORS);
  CHECK(failure_classify(&t, CURLE_COULDNT_CONNECT) == TRANSFER_FAILED);

  test("advice fits behind a message of any length");
  open.is_full = false;
  memset(t.message, 'x', sizeof t.message - 1);
  CHECK(failure_classify(&t, CURLE_SSL_CACERT_BADFILE) == TRANSFER_FAILED);
  CHECK(strlen(t.message) < sizeof t.message);
  CHECK(strstr(t.message, "xxx: install ca-certificates") != NULL);
}

void test_failure(void);
void test_failure(void) {
  kinds();
  messages();
  classes();
}
