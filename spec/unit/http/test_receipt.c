#include "receipt.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "suites.h"
#include "transfer_request.h"

static settings options = {.timeout_ms = 1000, .connect_timeout_ms = 1000, .response_limit = 1000};
static sockets opened;

static void add_line(transfer *t, const char *line) {
  need(response_add_line(&t->response, line, strlen(line)) == BUFFER_OK, "a head");
}

void test_receipt(void) {
  transfer *t = transfer_new(&options, &opened);
  const transfer_request request = {
      .method = "GET", .url = "http://127.0.0.1:1/", .timeout_ms = 1000};
  need(t != NULL && transfer_prepare(t, &request) == CURLE_OK, "a transfer");
  need(transfer_begin(t, 1000) == CURLE_OK, "an attempt");

  test("a head that is not whole has no status");
  add_line(t, "HTTP/1.1 204 No Content\r\n");
  receipt *r = receipt_of(t);
  need(r != NULL, "a receipt");
  CHECK_INT(0, r->status);
  CHECK_INT(1, r->attempts);
  CHECK(strcmp(r->metrics.http, "none") == 0 && !r->metrics.reused);
  free(r);

  test("what came is copied, and outlives the transfer");
  add_line(t, "A: 1\r\n");
  add_line(t, "\r\n");
  r = receipt_of(t);
  need(r != NULL, "a receipt");
  transfer_free(t);
  static const char head[] = "HTTP/1.1 204 No Content\r\nA: 1\r\n\r\n";
  CHECK_INT(204, r->status);
  CHECK_INT(sizeof head - 1, r->head_length);
  CHECK(memcmp(r->head, head, sizeof head - 1) == 0);
  free(r);
}
