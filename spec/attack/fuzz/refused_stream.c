/* Lines of libcurl's log. Only a line of the right form, after the request's own stream was opened, may say
 * that the server did not read the request. */
#include "refused_stream.h"

#include <string.h>

#include "fuzz.h"

static bool names_a_refusal(const uint8_t *bytes, size_t count) {
  static const char *const words[] = {"REFUSED_STREAM", "refused by server", "last_stream="};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i]);
    for (size_t at = 0; at + length <= count; at++)
      if (memcmp(bytes + at, words[i], length) == 0)
        return true;
  }
  return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  refused_stream r = {0};
  if (fuzz_byte(&bytes, &count) % 8 != 0)
    refused_stream_sent(&r);
  bool was_sent = r.is_sent;
  const uint8_t *at = bytes, *end = bytes + count;
  while (at < end) {
    const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((stop != NULL ? stop + 1 : end) - at);
    if (*at == '!')
      refused_stream_reconnect(&r);
    else
      refused_stream_note(&r, (const char *)at, length);
    at += length;
  }
  HOLDS(!r.is_known || (was_sent && names_a_refusal(bytes, count)));
  return 0;
}
