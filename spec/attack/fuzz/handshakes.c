/* What comes instead of a TLS handshake, from the server itself or from a proxy. Nothing that a stranger
 * sends is an answer, and nothing is sent to one. */
#include "fuzz.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  wire w;
  wire_answer answer;
  bool by_proxy = count > 0 && *bytes >= 128;
  (void)wire_answers(bytes, count, &answer, 1);
  wire_open(&w, by_proxy ? WIRE_PROXY : WIRE_TLS);
  engine_release(wire_exchange(&w, "DELETE", &answer));
  wire_close(&w);
  return 0;
}
