#include "admission.h"

void admission_reset(admission *a) {
  a->version = VERSION_UNKNOWN;
  a->leader = NULL;
}

static bool is_version_known(const admission *a) {
  return a->version == VERSION_HTTP1 || a->version == VERSION_HTTP2;
}

/* Whether an attempt that is to begin needs a new connection, as far as that can be told. */
static bool needs_connection(const admission *a, admission_load load) {
  return a->version != VERSION_HTTP2 && (size_t)load.others >= load.connections;
}

bool admission_is_opening_enough(const admission *a, admission_load load) {
  return a->most_openings > 0 && a->openings >= a->most_openings && needs_connection(a, load);
}

bool admission_has_room(const admission *a, const transfer *t, admission_load load) {
  if (admission_is_opening_enough(a, load))
    return false;
  return !t->handle.shares || is_version_known(a) ||
         (a->version == VERSION_UNTOLD && load.others < ADMISSION_STREAMS);
}

bool admission_may_lead(const admission *a, const transfer *t, admission_load load) {
  return t->handle.shares && a->version == VERSION_UNKNOWN && a->leader == NULL &&
         !admission_is_opening_enough(a, load);
}

void admission_note_begin(admission *a, admission_load load) {
  a->openings += needs_connection(a, load);
}

bool admission_note_connection(admission *a) {
  const transfer *t = a->leader;
  if (t == NULL || t->sends == 0)
    return false;
  a->leader = NULL;
  if (a->version != VERSION_UNKNOWN)
    return false;
  int agreed = sockets_agreed_http2(t->easy);
  a->version = agreed < 0 ? VERSION_UNTOLD : agreed > 0 ? VERSION_HTTP2 : VERSION_HTTP1;
  return a->version == VERSION_HTTP2;
}

bool admission_note_response(admission *a, const transfer *t) {
  long version = 0;
  if (is_version_known(a) || !t->handle.shares ||
      curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version) != CURLE_OK ||
      version == CURL_HTTP_VERSION_NONE)
    return false;
  a->version = version == CURL_HTTP_VERSION_2_0 ? VERSION_HTTP2 : VERSION_HTTP1;
  return a->version == VERSION_HTTP2;
}
