#include "failure.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca_store.h"
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

static void permissions(void) {
  char name[] = "/tmp/failure.XXXXXX";
  int descriptor = mkstemp(name);
  need(descriptor >= 0 && close(descriptor) == 0 && chmod(name, 0) == 0, "a file");
  const ca_store authorities = {.file = name};
  transfer t = failed(TRANSFER_FAILED, CURLE_SSL_CACERT_BADFILE, "error setting it");
  t.authorities = &authorities;
  test("authorities that this process may not read are named so");
  uid_t user = geteuid(); /* root may read anything */
  need(user != 0 || seteuid(65534) == 0, "another user");
  CHECK(failure_classify(&t, CURLE_SSL_CACERT_BADFILE) == TRANSFER_FAILED);
  need(user != 0 || seteuid(user) == 0, "the user again");
  CHECK(strstr(t.message, "error setting it: this process has no permission to read") == t.message);
  CHECK(strstr(t.message, "install") == NULL);

  test("those that are missing are not");
  (void)unlink(name);
  t = failed(TRANSFER_FAILED, CURLE_SSL_CACERT_BADFILE, "error setting it");
  t.authorities = &authorities;
  CHECK(failure_classify(&t, CURLE_SSL_CACERT_BADFILE) == TRANSFER_FAILED);
  CHECK(strstr(t.message, "error setting it: install ca-certificates") == t.message);
}

void test_failure(void);
void test_failure(void) {
  kinds();
  messages();
  classes();
  permissions();
}
