#include "response.h"

#include <string.h>

#include "check.h"

static buffer_result add(response *r, const char *line) {
  return response_add_line(r, line, strlen(line));
}

/* Adds all lines of the text. */
static void add_head(response *r, const char *text) {
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    length += text[length] == '\n';
    need(response_add_line(r, text, length) == BUFFER_OK, "a head");
    text += length;
  }
}

static const char *header(const response *r, const char *name) {
  static char copy[256];
  size_t length = 0;
  const char *value = response_header(r, name, &length);
  if (value == NULL)
    return NULL;
  need(length < sizeof copy, "a short header");
  memcpy(copy, value, length);
  copy[length] = '\0';
  return copy;
}

static void heads(void) {
  response r = {.body_limit = 100};
  test("a head is whole when its blank line has come");
  add_head(&r, "HTTP/1.1 204 No Content\r\nDate: today\r\n");
  CHECK(!response_is_whole(&r));
  add_head(&r, "\r\n");
  CHECK(response_is_whole(&r));

  test("a line that looks like a status line begins no other head");
  add_head(&r, "HTTP/2 200 \r\n");
  CHECK(response_is_whole(&r));
  CHECK_TEXT("today", header(&r, "Date"));

  test("a forgotten response begins anew");
  CHECK(response_forget(&r));
  add_head(&r, "HTTP/1.1 200 OK\r\n");
  CHECK(!response_is_whole(&r));
  CHECK_TEXT(NULL, header(&r, "Date"));

  test("a bare line feed ends a head, an empty line of no bytes does not");
  CHECK_INT(BUFFER_OK, response_add_line(&r, "", 0));
  CHECK(!response_is_whole(&r));
  add_head(&r, "\n");
  CHECK(response_is_whole(&r));

  test("a line of two letters does not end a head");
  response_forget(&r);
  add_head(&r, "HTTP/1.1 200 OK\r\nab");
  CHECK(!response_is_whole(&r));
  response_free(&r);
}

static void interim_heads(void) {
  response r = {0};
  test("the blank line of an interim head ends no answer");
  add_head(&r, "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(!response_is_whole(&r));
  add_head(&r, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
  CHECK(!response_is_whole(&r));
  test("the final head after it does");
  add_head(&r, "HTTP/1.1 200 OK\r\nDate: today\r\n\r\n");
  CHECK(response_is_whole(&r));
  CHECK_TEXT(NULL, header(&r, "Link"));
  CHECK_TEXT("today", header(&r, "Date"));

  test("a status line without a status, or cut off before it, is not interim");
  CHECK(response_forget(&r));
  add_head(&r, "HTTP/1.1\r\n\r\n");
  CHECK(response_is_whole(&r));
  CHECK(response_forget(&r));
  CHECK_INT(BUFFER_OK, add(&r, "HTTP/1.1 "));
  CHECK(!response_is_whole(&r));
  response_free(&r);
}

static void versions(void) {
  static const struct {
    const char *line;
    bool http2;
  } lines[] = {{"HTTP/2 200 \r\n", true},  {"HTTP/2 200 OK\r\n", false},
               {"HTTP/2 200\r\n", false},  {"HTTP/1.1 200 \r\n", false},
               {"HTTP/3 200 \r\n", false}, {"", false}};
  test("the status line that libcurl makes for HTTP/2 is told from all others");
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    CHECK_INT(lines[i].http2, response_is_http2(lines[i].line, strlen(lines[i].line)));
}

static void announced_bodies(void) {
  static const struct {
    const char *head;
    bool leaves;
  } heads[] = {
      {"HTTP/1.1 204 No Content\r\n\r\n", false},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", false},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 27\r\n\r\n", true},
      {"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n", false},
  };
  test("a body that is announced with a 204 is left on the connection");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    response r = {0};
    add_head(&r, heads[i].head);
    CHECK_INT(heads[i].leaves, response_leaves_body(&r));
    response_free(&r);
  }
}

static void look_up(void) {
  response r = {0};
  test("no header is found before a head has come");
  CHECK_TEXT(NULL, header(&r, "Date"));
  add_head(&r, "HTTP/1.1 200 OK\r\n"
               "Date:today\r\n"
               "RETRY-AFTER: \t 12 \t\r\n"
               "Empty:\r\n"
               "Colons: a:b: c\r\n"
               "Spaced : odd\r\n"
               "no colon at all\r\n"
               "X\r\n"
               ": no name\r\n"
               "Twice: first\r\n"
               "Twice: second\r\n"
               " Folded: continuation\r\n"
               "Bare: line feed\n"
               "Twilio-Request-Id: RQ1\r\n"
               "\r\n");
  test("a header is found by its whole name in any case, without the blanks around its value");
  CHECK_TEXT("today", header(&r, "date"));
  CHECK_TEXT("12", header(&r, "Retry-After"));
  CHECK_TEXT("", header(&r, "Empty"));
  CHECK_TEXT("a:b: c", header(&r, "Colons"));
  CHECK_TEXT("line feed", header(&r, "Bare"));
  CHECK_TEXT("RQ1", header(&r, "twilio-request-id"));
  test("the first of two counts");
  CHECK_TEXT("first", header(&r, "Twice"));
  test("neither a part of a name nor a line that is not a header is found");
  CHECK_TEXT(NULL, header(&r, "Retry"));
  CHECK_TEXT(NULL, header(&r, "Request-Id"));
  CHECK_TEXT(NULL, header(&r, "Spaced"));
  CHECK_TEXT(NULL, header(&r, "Folded"));
  CHECK_TEXT(NULL, header(&r, "no colon at all"));
  CHECK_TEXT(NULL, header(&r, "X"));
  test("a last line without its end is read to where it stops");
  CHECK_INT(BUFFER_OK, add(&r, "Last: open"));
  CHECK_TEXT("open", header(&r, "Last"));
  response_free(&r);
}

static void limits(void) {
  response r = {.body_limit = 10};
  char line[1024];
  memset(line, 'x', sizeof line);
  test("a body ends at its limit");
  CHECK_INT(BUFFER_OK, response_add_body(&r, "0123456789", 10));
  CHECK_INT(BUFFER_FULL, response_add_body(&r, "a", 1));
  CHECK_INT(10, r.body.length);
  test("a head of endless lines ends at 256 KiB");
  int lines = 0;
  while (lines < 1000 && response_add_line(&r, line, sizeof line) == BUFFER_OK)
    lines++;
  CHECK_INT(256, lines);
  response_free(&r);
}

static void held(void) {
  response r = {.body_limit = 100};
  size_t length;
  add_head(&r, "HTTP/1.1 200 OK\r\nDate: today\r\n\r\n");
  need(response_add_body(&r, "old", 3) == BUFFER_OK, "a body");

  test("what is held stays when the response is forgotten, more than once");
  bool was_held = response_hold(&r);
  CHECK(!was_held);
  const char *date = response_header(&r, "Date", &length), *body = r.body.data;
  CHECK(response_forget(&r));
  CHECK(r.head.length == 0 && r.body.length == 0 && !response_is_whole(&r));
  add_head(&r, "HTTP/1.1 500 Oops\r\n\r\n");
  need(response_add_body(&r, "new", 3) == BUFFER_OK, "a body");
  CHECK(response_forget(&r));
  CHECK(memcmp(date, "today", 5) == 0 && memcmp(body, "old", 3) == 0);

  test("holding within holding lets go at the outer end only");
  bool again = response_hold(&r);
  CHECK(again);
  response_let_go(&r, again);
  CHECK(r.is_held && r.old != NULL);
  CHECK(memcmp(date, "today", 5) == 0 && memcmp(body, "old", 3) == 0);
  response_let_go(&r, was_held);
  CHECK(!r.is_held && r.old == NULL);

  test("what is not held is forgotten in place");
  add_head(&r, "HTTP/1.1 200 OK\r\n\r\n");
  const char *memory = r.head.data;
  CHECK(response_forget(&r));
  CHECK(r.old == NULL && r.head.data == memory && r.head.length == 0);
  response_free(&r);
}

static void endless_interims(void) {
  response r = {.body_limit = 100};
  static const char line[] = "HTTP/1.1 103 Early Hints\r\n";
  test("interim responses without end are too much at some time");
  int heads = 0;
  while (heads < 100000 && response_add_line(&r, line, sizeof line - 1) == BUFFER_OK &&
         response_add_line(&r, "\r\n", 2) == BUFFER_OK)
    heads++;
  CHECK(heads > 1000 && heads < 20000);
  test("the next attempt begins anew");
  CHECK(response_forget(&r));
  CHECK(response_add_line(&r, line, sizeof line - 1) == BUFFER_OK);
  response_free(&r);
}

static void no_memory(void) {
  response r = {.body_limit = 100};
  add_head(&r, "HTTP/1.1 200 OK\r\n\r\n");
  test("out of memory, a held response cannot be forgotten, and stays");
  bool was_held = response_hold(&r);
  memory_ends_after(0);
  CHECK(!response_forget(&r));
  memory_is_back();
  CHECK(r.head.length > 0 && response_is_whole(&r));
  CHECK(response_forget(&r));
  test("freeing frees what is held too"); /* a leak would be reported */
  response_free(&r);
  CHECK(!was_held && r.old == NULL);
}

void test_response(void);
void test_response(void) {
  heads();
  interim_heads();
  versions();
  announced_bodies();
  look_up();
  limits();
  held();
  endless_interims();
  no_memory();
}
