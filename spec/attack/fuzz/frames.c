/* What a server sends over HTTP/2. */
#include "fuzz.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  wire w;
  wire_answer answer;
  bool fetches = count > 0 && *bytes >= 128;
  (void)wire_answers(bytes, count, &answer, 1);
  wire_open(&w, WIRE_HTTP2);
  engine_release(wire_exchange(&w, fetches ? "GET" : "DELETE", &answer));
  wire_close(&w);
  return 0;
}
