#include "refused_stream.h"

#include <string.h>

#include "check.h"

static void note(refused_stream *s, const char *line) {
  refused_stream_note(s, line, strlen(line));
}

/* What is known after those lines, once the request is handed to a connection. The list ends with
 * NULL; "-" stands for another connection that is tried, "+" for the request handed to it. */
static bool known(const char *const lines[]) {
  refused_stream s = {0};
  refused_stream_sent(&s);
  for (; *lines != NULL; lines++)
    if (strcmp(*lines, "-") == 0)
      refused_stream_reconnect(&s);
    else if (strcmp(*lines, "+") == 0)
      refused_stream_sent(&s);
    else
      note(&s, *lines);
  return s.is_known;
}

#define KNOWN(...) known((const char *const[]){__VA_ARGS__, NULL})

#define OPENED_7 "Using Stream ID: 3 (easy handle 0x55d0c8a5c2c0)\n"
#define OPENED_8 "[HTTP/2] [3] OPENED stream for https://numbers.twilio.com/v1/x\n"

static void words(void) {
  test("a refused stream, in the words of libcurl 7.88");
  CHECK(KNOWN(OPENED_7, "REFUSED_STREAM, retrying a fresh connect\n"));
  test("in the words of 8.x");
  CHECK(KNOWN(OPENED_8, "REFUSED_STREAM, retrying a fresh connect\n"));
  CHECK(KNOWN(OPENED_8, "HTTP/2 stream 3 refused by server, try again on a new connection\n"));
  test("a GOAWAY before the stream, as libcurl misspelt it and as it writes it");
  CHECK(KNOWN(OPENED_7, "recveived GOAWAY, error=0, last_stream=1\n"));
  CHECK(KNOWN(OPENED_8, "received GOAWAY, error=11, last_stream=1\n"));
  test("a line need not end with a line feed");
  CHECK(KNOWN("[HTTP/2] [3] OPENED stream", "received GOAWAY, error=0, last_stream=1"));
}

static void other_streams(void) {
  test("the refusal of another stream says nothing");
  CHECK(!KNOWN(OPENED_8, "HTTP/2 stream 5 refused by server\n"));
  CHECK(!KNOWN(OPENED_8, "HTTP/2 stream 33 refused by server\n"));
  test("a GOAWAY that names the stream, or a later one, lets it be answered");
  CHECK(!KNOWN(OPENED_8, "received GOAWAY, error=0, last_stream=3\n"));
  CHECK(!KNOWN(OPENED_8, "received GOAWAY, error=0, last_stream=2147483647\n"));
  test("a stream that ended in another way was not refused");
  CHECK(!KNOWN(OPENED_8, "HTTP/2 stream 3 was not closed cleanly: INTERNAL_ERROR (err 2)\n"));
  CHECK(!KNOWN(OPENED_8, "HTTP/2 stream 3 was reset\n"));
  CHECK(!KNOWN(OPENED_8, "HTTP/2 stream 3\n"));
}

static void forged_lines(void) {
  test("words in the middle of a line are the peer's, and say nothing");
  CHECK(!KNOWN(OPENED_8, " subject: CN=REFUSED_STREAM\n"));
  CHECK(!KNOWN(OPENED_8, " issuer: O=received GOAWAY, error=0, last_stream=1\n"));
  CHECK(!KNOWN(OPENED_8, "x HTTP/2 stream 3 refused by server\n"));
  test("neither do the peer's words that would open a stream");
  CHECK(!KNOWN(" subject: CN=Using Stream ID: 3", "REFUSED_STREAM\n"));
  CHECK(!KNOWN("[HTTP/2] [3] [:path: ] OPENED stream\n", "REFUSED_STREAM\n"));
  CHECK(!KNOWN("[HTTP/2] [3\n", "REFUSED_STREAM\n"));
  test("half of the words say nothing");
  CHECK(!KNOWN(OPENED_8, "received GOAWAY, error=0\n"));
  CHECK(!KNOWN(OPENED_8, "received GOAWAY, error=0, debug=last_stream=1\n"));
  CHECK(!KNOWN(OPENED_8, "received GOAWAY, last_stream=1\n"));
  CHECK(!KNOWN(OPENED_8, "REFUSED\n"));
  CHECK(!KNOWN(OPENED_8, "\n"));
  CHECK(!KNOWN(OPENED_8, ""));
}

static void order(void) {
  test("a refusal before the request's stream was opened is another one's");
  CHECK(!KNOWN("REFUSED_STREAM\n", OPENED_8));
  CHECK(!KNOWN("received GOAWAY, error=0, last_stream=1\n", OPENED_8));

  refused_stream s = {0};
  test("nothing counts before the request was handed to a connection");
  note(&s, OPENED_8);
  note(&s, "REFUSED_STREAM\n");
  CHECK(!s.is_opened && !s.is_known);

  test("nothing counts after another connection is tried, until it has the request");
  CHECK(!KNOWN(OPENED_8, "-", "REFUSED_STREAM\n"));
  CHECK(!KNOWN(OPENED_8, "-", OPENED_8, "REFUSED_STREAM\n"));
  CHECK(!KNOWN(OPENED_8, "-", "+", "REFUSED_STREAM\n"));
  CHECK(KNOWN(OPENED_8, "-", "+", OPENED_8, "REFUSED_STREAM\n"));

  test("what was known of one connection stays while another is tried");
  CHECK(KNOWN(OPENED_8, "REFUSED_STREAM\n", "-"));
  test("and is forgotten when that one has the request, which may be acted upon then");
  CHECK(!KNOWN(OPENED_8, "REFUSED_STREAM\n", "-", "+"));
}

static void long_lines(void) {
  refused_stream s = {0};
  char line[5000];
  test("a long line is read as far as libcurl's own words reach");
  refused_stream_sent(&s);
  note(&s, OPENED_8);
  memset(line, 'x', sizeof line);
  refused_stream_note(&s, line, sizeof line);
  CHECK(!s.is_known);
  memcpy(line, "REFUSED_STREAM", 14);
  refused_stream_note(&s, line, sizeof line);
  CHECK(s.is_known);

  test("a line that is not terminated is not read beyond its length");
  s.is_known = false;
  refused_stream_note(&s, "REFUSED_STREAM", 7);
  CHECK(!s.is_known);
  test("lines just below, at and above the bound");
  for (size_t length = 254; length <= 257; length++) {
    memset(line, 'x', sizeof line);
    memcpy(line, "HTTP/2 stream 3 refused by server", 33);
    s.is_known = false;
    refused_stream_note(&s, line, length);
    CHECK(s.is_known);
  }
  test("a zero byte ends a line");
  s.is_known = false;
  refused_stream_note(&s, "\0REFUSED_STREAM", 15);
  CHECK(!s.is_known);
}

void test_refused_stream(void);
void test_refused_stream(void) {
  words();
  other_streams();
  forged_lines();
  order();
  long_lines();
}
