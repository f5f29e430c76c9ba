#include "transfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "clock.h"
#include "extra_lines.h"
#include "retry_after.h"
#include "time_limit.h"
#include "tls_guard.h"

#include "failure.h"

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

static CURLcode set_protocols(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
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

transfer *transfer_new(const settings *s, sockets *open) {
  transfer *t = calloc(1, sizeof *t);
  if (t == NULL)
    return NULL;
  t->sockets = open;
  t->schedule.deadline = t->schedule.send_by = TIME_LIMIT_NONE;
  t->easy = curl_easy_init();
  t->url = curl_url();
  if (t->easy == NULL || t->url == NULL || set_callbacks(t) != CURLE_OK ||
      set_constants(t->easy, s) != CURLE_OK) {
    transfer_free(t);
    return NULL;
  }
  t->response.body_limit = s->response_limit;
  t->value_limit = s->value_limit;
  t->lines.common = t->lines.extra = s->headers;
  t->connect_timeout_ms = s->connect_timeout_ms;
  t->may_share = s->http_version != CURL_HTTP_VERSION_1_1;
  t->proxy_exceptions = settings_proxy_exceptions(s);
  return t;
}

transfer *transfer_new_timer(void) {
  transfer *t = calloc(1, sizeof *t);
  if (t != NULL)
    t->is_pause = true;
  return t;
}

static CURLcode set_method(transfer *t, const transfer_request *request) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  bool get = strcmp(request->method, "GET") == 0;
  t->repeatable = get;
  bool plain = request->body == NULL && request->multipart == NULL;
  if (get && plain && !t->handle.custom_method)
    return CURLE_OK;
  SET(CURLOPT_VERBOSE, (long)!get); /* for on_log, which prints nothing */
  if (request->multipart != NULL) {
    code = multipart_open(&t->multipart, easy, request->multipart);
  } else if (request->body != NULL) {
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET(CURLOPT_COPYPOSTFIELDS, request->body);
  } else {
    SET(CURLOPT_HTTPGET, 1L);
  }
  SET(CURLOPT_CUSTOMREQUEST, get && plain ? NULL : request->method);
  t->handle.custom_method = !get || !plain;
  return code;
}

static char *content_type_line(const char *type) {
  static const char name[] = "Content-Type: ";
  char *line = malloc(sizeof name + strlen(type));
  if (line != NULL) {
    memcpy(line, name, sizeof name - 1);
    memcpy(line + sizeof name - 1, type, strlen(type) + 1);
  }
  return line;
}

/* This request's own lines, followed by those of every request. */
static CURLcode set_headers(transfer *t, const transfer_request *request) {
  if (!extra_lines_copy(&t->lines.extra, request->lines, request->line_count, t->lines.common))
    return CURLE_OUT_OF_MEMORY;
  struct curl_slist *headers = t->lines.extra;
  if (request->content_type != NULL) {
    t->lines.content_type = (struct curl_slist){content_type_line(request->content_type), headers};
    if (t->lines.content_type.data == NULL)
      return CURLE_OUT_OF_MEMORY;
    headers = &t->lines.content_type;
  }
  if (request->credentials != NULL) {
    t->lines.credentials = secret_hold(request->credentials);
    t->lines.authorization = (struct curl_slist){t->lines.credentials->authorization, headers};
    headers = &t->lines.authorization;
  }
  return curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, headers);
}

/* libcurl would take any other URL as relative to that of the transfer's last request. */
static bool is_absolute(const char *url) {
  return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

/* A path that libcurl takes as it is. Of others it would change the escapes. */
static bool is_plain_path(const char *path) {
  return *path == '/' && strpbrk(path, "%?#") == NULL;
}

/* The URL differs from the last one in what follows the host. */
static CURLUcode set_path(CURLU *parts, const char *path) {
  CURLUcode code = curl_url_set(parts, CURLUPART_PATH, path, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK)
    code = curl_url_set(parts, CURLUPART_QUERY, NULL, 0);
  return code == CURLUE_OK ? curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) : code;
}

/* With only the text, libcurl parses and rebuilds the URL for each request, which is the largest
 * part of a request's cost. With the parsed parts as well it does not. */
static CURLUcode parse_url(transfer *t, const char *url) {
  const char *host = url + (t->is_plain ? 7 : 8);
  const char *path = host + strcspn(host, "/?#");
  size_t length = (size_t)(path - url);
  if (length == t->origin_length && memcmp(url, t->origin, length) == 0 && is_plain_path(path))
    return set_path(t->url, path);
  t->origin_length = 0;
  CURLUcode code = curl_url_set(t->url, CURLUPART_URL, url, CURLU_PATH_AS_IS);
  if (code == CURLUE_OK && length < sizeof t->origin) {
    memcpy(t->origin, url, length);
    t->origin_length = length;
  }
  return code;
}

static CURLcode set_url(transfer *t, const char *url) {
  CURL *easy = t->easy;
  if (!is_absolute(url))
    return CURLE_URL_MALFORMAT;
  CURLUcode parsed = parse_url(t, url);
  if (parsed != CURLUE_OK)
    return parsed == CURLUE_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_URL_MALFORMAT;
  CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, url);
  SET(CURLOPT_CURLU, t->url);
  return code;
}

/* A proxy could read the credentials of plain HTTP, so such requests use none. "*" also saves
 * libcurl from searching the environment for a proxy at each request. */
static CURLcode set_proxy(transfer *t) {
  const char *exceptions = t->is_plain ? "*" : t->proxy_exceptions;
  if (t->handle.proxy_exceptions == exceptions)
    return CURLE_OK;
  t->handle.proxy_exceptions = exceptions;
  return curl_easy_setopt(t->easy, CURLOPT_NOPROXY, exceptions);
}

/* Requests share an HTTP/2 connection rather than open one each. Where HTTP/1.1 is known to come, none may
 * wait for another one's connection: it would go out before the other's answer was read. A multipart body may go to
 * another host than the other requests, of which nothing follows for those. */
static CURLcode set_sharing(transfer *t) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  bool shares = t->may_share && !t->is_plain && t->multipart.mime == NULL;
  if (t->handle.shares != shares)
    SET(CURLOPT_PIPEWAIT, (long)shares);
  t->handle.shares = shares;
  return code;
}

CURLcode transfer_prepare(transfer *t, const transfer_request *request) {
  t->is_plain = strncmp(request->url, "http:", 5) == 0;
  CURLcode code = set_method(t, request);
  if (code == CURLE_OK)
    code = set_sharing(t);
  if (code == CURLE_OK)
    code = set_headers(t, request);
  if (code == CURLE_OK)
    code = set_url(t, request->url);
  if (code == CURLE_OK)
    code = set_proxy(t);
  t->timeout_ms = request->timeout_ms;
  return code;
}

void transfer_distrust(transfer *t) {
  if (t->engine != NULL && t->sends > 0)
    sockets_spend(t->sockets, t->local_port);
}

CURLcode transfer_reconnect(transfer *t) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  t->connection_is_stale = false;
  t->handle.fresh_connection = true;
  SET(CURLOPT_FRESH_CONNECT, 1L);
  return code;
}

static bool forget_answer(transfer *t) {
  if (!response_forget(&t->response))
    return false;
  t->failure = TRANSFER_ANSWERED;
  t->code = CURLE_OK;
  t->sends = 0;
  t->phase = PHASE_WAITING;
  t->connection_is_stale = false;
  t->refused_stream = (refused_stream){0};
  t->ended = false;
  t->message[0] = '\0';
  return true;
}

CURLcode transfer_begin(transfer *t, long timeout_ms) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  t->attempts++;
  t->was_sent = t->was_sent || t->sends > 0;
  t->state = TRANSFER_RUNNING;
  time_limit_begin(t, timeout_ms, monotonic_ms());
  /* Before 8.9 libcurl does not report a refused stream on a reused connection. */
  bool fresh = t->refused_stream.is_known;
  if (t->handle.fresh_connection != fresh)
    SET(CURLOPT_FRESH_CONNECT, (long)fresh);
  t->handle.fresh_connection = fresh;
  if (!forget_answer(t))
    return CURLE_OUT_OF_MEMORY;
  return code == CURLE_OK ? multipart_begin(&t->multipart) : code;
}

/* libcurl still has pointers to the lines, but reads them only when it starts a request. Before
 * that, set_headers sets others. */
static void release_request(transfer *t) {
  multipart_release(&t->multipart);
  free(t->lines.content_type.data);
  t->lines.content_type.data = NULL;
  extra_lines_free(&t->lines.extra, t->lines.common);
  secret_release(t->lines.credentials);
  t->lines.credentials = NULL;
}

void transfer_end(transfer *t, transfer_failure failure, CURLcode code) {
  if (failure == TRANSFER_ANSWERED && !response_is_whole(&t->response)) {
    failure = TRANSFER_CUT_OFF;
    code = CURLE_RECV_ERROR;
  } else if (failure == TRANSFER_ANSWERED && t->response.status == 0) {
    failure = TRANSFER_FAILED;
    code = CURLE_WEIRD_SERVER_REPLY;
  }
  if (failure == TRANSFER_FAILED)
    failure = t->multipart.problem != NULL ? TRANSFER_UNREADABLE : failure_classify(t, code);
  /* If a callback aborted the transfer, it has set a more precise failure. */
  if (t->failure == TRANSFER_ANSWERED)
    t->failure = failure;
  if (t->failure != TRANSFER_ANSWERED && t->refused_stream.is_known &&
      t->response.head.length == 0) {
    t->failure = TRANSFER_REFUSED_STREAM;
    t->sends = 0;
  }
  t->code = code;
  t->ended = true;
}

void transfer_finish(transfer *t) {
  t->state = TRANSFER_FINISHED;
  t->ended = true;
  bool may_be_repeated = t->repeatable && t->failure == TRANSFER_ANSWERED;
  if (!may_be_repeated)
    release_request(t);
}

void transfer_abandon(transfer *t) {
  t->easy = NULL;
  multipart_abandon(&t->multipart);
  t->lines.content_type.data = NULL;
}

void transfer_detach(transfer *t) {
  t->engine = NULL;
  release_request(t);
}

void transfer_rest(transfer *t) {
  release_request(t);
  response_let_go(&t->response, false);
  forget_answer(t);
  t->multipart = (multipart){0};
  t->state = TRANSFER_RESTING;
  t->attempts = 0;
  t->was_sent = false;
  t->schedule.verdict = RETRY_AGAIN;
  pacer_release(t->schedule.pacer);
  t->schedule.pacer = NULL;
}

void transfer_free(transfer *t) {
  if (t == NULL)
    return;
  release_request(t);
  pacer_release(t->schedule.pacer);
  curl_easy_cleanup(t->easy);
  curl_url_cleanup(t->url);
  response_free(&t->response);
  free(t);
}

long transfer_status(const transfer *t) {
  long status = 0;
  if (t->easy != NULL && t->failure == TRANSFER_ANSWERED)
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int64_t transfer_retry_after(const transfer *t) {
  return t->easy == NULL ? -1 : retry_after_of(&t->response, (int64_t)time(NULL));
}
