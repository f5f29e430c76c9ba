#include "easy_handle.h"

#include "clock.h"
#include "time_limit.h"
#include "tls_guard.h"

/* A callback's result: anything but count makes libcurl abort the transfer. */
static size_t callback_result(transfer *t, buffer_result result, size_t count) {
  if (result == BUFFER_OK)
    return count;
  t->failure = result == BUFFER_FULL ? TRANSFER_TOO_LARGE : TRANSFER_NO_MEMORY;
  return count == 0 ? 1 : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
  transfer *t = user;
  return callback_result(t, response_add_body(&t->response, bytes, size * count), size * count);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
  transfer *t = user;
  response *r = &t->response;
  if (r->head.length == 0)
    sockets_note_answer(t->sockets, t->local_port, !response_is_http2(bytes, size * count));
  bool was_whole = response_is_whole(r);
  buffer_result result = response_add_line(r, bytes, size * count);
  if (!was_whole && response_is_whole(r) && response_leaves_body(r))
    sockets_spend(t->sockets, t->local_port);
  return callback_result(t, result, size * count);
}

/* Called when the connection is established and the request is about to be sent. libcurl repeats a
 * request by itself when a reused connection fails without a response. The server may have executed
 * it, so a request that is not idempotent must not be sent a second time. */
static int on_send(void *user, char *remote, char *local, int remote_port, int local_port) {
  transfer *t = user;
  (void)remote, (void)local, (void)remote_port;
  if (!sockets_are_clean(t->sockets, local_port, t->easy)) {
    t->connection_is_stale = true; /* libcurl closes it */
    return CURL_PREREQFUNC_ABORT;
  }
  if (t->sends > 0 && !t->repeatable) {
    t->failure = TRANSFER_NOT_REPEATED;
    return CURL_PREREQFUNC_ABORT;
  }
  if (time_limit_is_over(t, monotonic_ms())) { /* the process was stopped, or the machine is busy */
    t->failure = TRANSFER_LATE;
    return CURL_PREREQFUNC_ABORT;
  }
  if (t->sends > 0)
    t->attempts++; /* libcurl repeats it by itself: that counts as an attempt */
  t->sends++;
  t->phase = PHASE_SENT;
  t->local_port = local_port;
  t->answers_before = sockets_answers(t->sockets, local_port);
  refused_stream_sent(&t->refused_stream);
  return CURL_PREREQFUNC_OK;
}

static int on_log(CURL *easy, curl_infotype type, char *text, size_t length, void *user) {
  transfer *t = user;
  (void)easy;
  if (type == CURLINFO_TEXT)
    refused_stream_note(&t->refused_stream, text, length);
  return 0;
}

static int on_lookup(void *resolver, void *reserved, void *user) {
  transfer *t = user;
  (void)resolver, (void)reserved;
  sigpipe_begin_connection(&t->sockets->guard);
  t->phase = PHASE_RESOLVING;
  return 0;
}

static curl_socket_t on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
  transfer *t = user;
  (void)purpose;
  t->phase = PHASE_CONNECTING;
  refused_stream_reconnect(&t->refused_stream);
  sigpipe_begin_connection(&t->sockets->guard);
  return sockets_open(t->sockets, address);
}

/* A connection may outlive the transfer that opened it, so user is the table of sockets. */
static int on_close_socket(void *user, curl_socket_t descriptor) {
  return sockets_close(user, descriptor);
}

#define SET(option, value) code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code

static CURLcode set_callbacks(transfer *t) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_PRIVATE, t);
  SET(CURLOPT_ERRORBUFFER, t->message);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_WRITEDATA, t);
  SET(CURLOPT_HEADERFUNCTION, on_header);
  SET(CURLOPT_HEADERDATA, t);
  SET(CURLOPT_PREREQFUNCTION, on_send);
  SET(CURLOPT_PREREQDATA, t);
  SET(CURLOPT_RESOLVER_START_FUNCTION, on_lookup);
  SET(CURLOPT_RESOLVER_START_DATA, t);
  SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
  SET(CURLOPT_OPENSOCKETDATA, t);
  SET(CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
  SET(CURLOPT_CLOSESOCKETDATA, t->sockets);
  SET(CURLOPT_DEBUGFUNCTION, on_log);
  SET(CURLOPT_DEBUGDATA, t);
  return code;
}

static CURLcode set_protocols(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

enum { CONNECT_GRACE_MS = 500 };

static CURLcode set_constants(CURL *easy, const settings *s) {
  CURLcode code = set_protocols(easy);
  if (code == CURLE_OK)
    code = tls_guard_set(easy);
  SET(CURLOPT_NOSIGNAL, 1L); /* signals are the host program's */
#if LIBCURL_VERSION_NUM >= 0x075700
  SET(CURLOPT_QUICK_EXIT, 1L); /* do not wait for a timed-out name look-up at the end */
#endif
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_ACCEPT_ENCODING, "gzip"); /* decompress; the header line is the settings' */
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_HTTP_VERSION, s->http_version);
  SET(CURLOPT_IPRESOLVE, s->ip_version);
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* no Authorization to a proxy */
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_PROXY, s->proxy);
  /* The engine's own limit comes first. libcurl divides this one among the host's addresses. */
  SET(CURLOPT_CONNECTTIMEOUT_MS, s->connect_timeout_ms + CONNECT_GRACE_MS);
  return code;
}

CURLcode easy_handle_open(transfer *t, const settings *s) {
  t->easy = curl_easy_init();
  if (t->easy == NULL)
    return CURLE_OUT_OF_MEMORY;
  CURLcode code = set_callbacks(t);
  return code == CURLE_OK ? set_constants(t->easy, s) : code;
}
