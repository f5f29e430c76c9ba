/* What a server answers over HTTP/1.1, to two requests on what may be one connection. What is left over from
 * the first answer is not the second. */
#include "fuzz.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  wire w;
  wire_answer answers[2];
  bool fetches = count > 0 && *bytes >= 128;
  int given = wire_answers(bytes, count, answers, 2);
  wire_open(&w, WIRE_HTTP1);
  for (int i = 0; i < given; i++)
    engine_release(wire_exchange(&w, i == 0 && fetches ? "GET" : "DELETE", &answers[i]));
  wire_close(&w);
  return 0;
}
