#include "exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_LIMIT = 256 * 1024, HEAD_KEEP = 16 * 1024, BODY_KEEP = 64 * 1024 };

static size_t keep(exchange *x, buffer *b, const char *bytes, size_t count, size_t limit) {
  switch (buffer_append(b, bytes, count, limit)) {
  case BUFFER_OK:
    return count;
  case BUFFER_FULL:
    x->failure = EXCHANGE_TOO_LARGE;
    break;
  case BUFFER_NO_MEMORY:
    x->failure = EXCHANGE_NO_MEMORY;
    break;
  }
  return count == 0 ? 1 : 0; /* anything but count makes libcurl give up */
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
  exchange *x = user;
  return keep(x, &x->body, bytes, size * count, x->response_limit);
}

/* A status line. A 100 may have come before: only the last response counts. */
static void begin_head(exchange *x, const char *line, size_t length) {
  const char *status = memchr(line, ' ', length);
  buffer_reset(&x->head, HEAD_KEEP);
  x->head_is_whole = false;
  x->head_is_interim = status != NULL && status + 1 < line + length && status[1] == '1';
  if (length >= 7 && memcmp(line, "HTTP/1.", 7) == 0)
    sockets_note_http1(x->sockets, x->local_port);
}

/* libcurl takes a head for whole where the connection ends within it, but without its blank line
 * it is no answer. */
static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
  exchange *x = user;
  size_t length = size * count;
  if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
    begin_head(x, bytes, length);
  else if (length > 0 && length <= 2 && (*bytes == '\r' || *bytes == '\n'))
    x->head_is_whole = !x->head_is_interim;
  return keep(x, &x->head, bytes, length, HEAD_LIMIT);
}

/* Called when a connection stands and the request is about to be written. libcurl repeats a
 * request by itself when a reused connection dies without an answer; whether the server had
 * read it is then unknown, so what changes something must not go out a second time. */
static int on_send(void *user, char *remote, char *local, int remote_port, int local_port) {
  exchange *x = user;
  (void)remote, (void)local, (void)remote_port;
  if (!sockets_are_clean(x->sockets, local_port, x->easy)) {
    x->connection_is_stale = true; /* libcurl closes it */
    return CURL_PREREQFUNC_ABORT;
  }
  if (x->sends > 0 && !x->repeatable) {
    x->failure = EXCHANGE_NOT_REPEATED;
    return CURL_PREREQFUNC_ABORT;
  }
  if (x->sends > 0)
    x->attempts++; /* by libcurl itself, but an attempt all the same */
  x->sends++;
  x->local_port = local_port;
  turned_away_sent(&x->turned_away);
  return CURL_PREREQFUNC_OK;
}

static int on_log(CURL *easy, curl_infotype type, char *text, size_t length, void *user) {
  exchange *x = user;
  (void)easy;
  if (type == CURLINFO_TEXT)
    turned_away_note(&x->turned_away, text, length);
  return 0;
}

static curl_socket_t on_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
  exchange *x = user;
  (void)purpose;
  turned_away_reconnect(&x->turned_away);
  return sockets_open(x->sockets, address);
}

/* The connection may be closed long after the exchange that opened it is gone. */
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

static CURLcode set_callbacks(exchange *x) {
  CURL *easy = x->easy;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_PRIVATE, x);
  SET(CURLOPT_ERRORBUFFER, x->message);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_WRITEDATA, x);
  SET(CURLOPT_HEADERFUNCTION, on_header);
  SET(CURLOPT_HEADERDATA, x);
  SET(CURLOPT_PREREQFUNCTION, on_send);
  SET(CURLOPT_PREREQDATA, x);
  SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
  SET(CURLOPT_OPENSOCKETDATA, x);
  SET(CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
  SET(CURLOPT_CLOSESOCKETDATA, x->sockets);
  SET(CURLOPT_DEBUGFUNCTION, on_log);
  SET(CURLOPT_DEBUGDATA, x);
  return code;
}

static CURLcode set_constants(CURL *easy, const settings *s) {
  CURLcode code = set_protocols(easy);
  SET(CURLOPT_NOSIGNAL, 1L); /* signals belong to the host program */
#if LIBCURL_VERSION_NUM >= 0x075700
  SET(CURLOPT_QUICK_EXIT, 1L); /* else a timed-out name look-up is waited for at the end */
#endif
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_ACCEPT_ENCODING, "gzip"); /* decompresses; what is sent is in the headers */
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_HTTP_VERSION, s->http_version);
  SET(CURLOPT_PIPEWAIT, 1L); /* share an HTTP/2 connection rather than open one each */
  SET(CURLOPT_TCP_KEEPALIVE, 1L);
  SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* Authorization never goes to a proxy */
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_PROXY, s->proxy);
  SET(CURLOPT_CONNECTTIMEOUT_MS, s->connect_timeout_ms);
  return code;
}

exchange *exchange_new(const settings *s, sockets *open) {
  exchange *x = calloc(1, sizeof *x);
  if (x == NULL)
    return NULL;
  x->sockets = open;
  x->easy = curl_easy_init();
  x->url = curl_url();
  if (x->easy == NULL || x->url == NULL || set_callbacks(x) != CURLE_OK ||
      set_constants(x->easy, s) != CURLE_OK) {
    exchange_free(x);
    return NULL;
  }
  x->response_limit = s->response_limit;
  x->common_headers = s->headers;
  x->proxy_exceptions = settings_proxy_exceptions(s);
  return x;
}

exchange *exchange_new_timer(void) {
  return calloc(1, sizeof(exchange));
}

static CURLcode set_method(exchange *x, const exchange_request *request) {
  CURL *easy = x->easy;
  CURLcode code = CURLE_OK;
  bool get = strcmp(request->method, "GET") == 0;
  x->repeatable = get;
  if (get && request->body == NULL && !x->custom_method)
    return CURLE_OK;
  SET(CURLOPT_VERBOSE, (long)!get); /* for on_log, which prints nothing */
  if (request->body != NULL) {
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    SET(CURLOPT_COPYPOSTFIELDS, request->body);
  } else {
    SET(CURLOPT_HTTPGET, 1L);
  }
  SET(CURLOPT_CUSTOMREQUEST, get && request->body == NULL ? NULL : request->method);
  x->custom_method = !get || request->body != NULL;
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

/* The lines that every request has, with this one's own before them. */
static CURLcode set_headers(exchange *x, const exchange_request *request) {
  struct curl_slist *headers = x->common_headers;
  if (request->content_type != NULL) {
    x->content_type = (struct curl_slist){content_type_line(request->content_type), headers};
    if (x->content_type.data == NULL)
      return CURLE_OUT_OF_MEMORY;
    headers = &x->content_type;
  }
  if (request->credentials != NULL) {
    x->credentials = secret_hold(request->credentials);
    x->authorization = (struct curl_slist){x->credentials->authorization, headers};
    headers = &x->authorization;
  }
  return curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, headers);
}

/* Given only the text, libcurl takes it apart and puts it together again for each request, which
 * costs more than all else in making one. Given the parts as well, it uses those. */
static CURLcode set_url(exchange *x, const char *url) {
  CURL *easy = x->easy;
  if (curl_url_set(x->url, CURLUPART_URL, url, CURLU_PATH_AS_IS) != CURLUE_OK)
    return CURLE_URL_MALFORMAT;
  CURLcode code = curl_easy_setopt(easy, CURLOPT_URL, url);
  SET(CURLOPT_CURLU, x->url);
  return code;
}

/* A proxy would read plain HTTP with its credentials, so that goes without one. Where there is none
 * at all, libcurl need not look for it at each request. */
static CURLcode set_proxy(exchange *x, const char *url) {
  const char *exceptions = strncmp(url, "http:", 5) == 0 ? "*" : x->proxy_exceptions;
  if (x->easy_proxy_exceptions == exceptions)
    return CURLE_OK;
  x->easy_proxy_exceptions = exceptions;
  return curl_easy_setopt(x->easy, CURLOPT_NOPROXY, exceptions);
}

CURLcode exchange_prepare(exchange *x, const exchange_request *request) {
  CURLcode code = set_method(x, request);
  if (code == CURLE_OK)
    code = set_headers(x, request);
  if (code == CURLE_OK)
    code = set_url(x, request->url);
  if (code == CURLE_OK)
    code = set_proxy(x, request->url);
  x->timeout_ms = request->timeout_ms;
  return code;
}

/* An answer that was still being read when the next attempt began. */
struct retired_answer {
  buffer head, body;
  struct retired_answer *next;
};

static bool retire_answer(exchange *x) {
  struct retired_answer *retired = malloc(sizeof *retired);
  if (retired == NULL)
    return false;
  *retired = (struct retired_answer){x->head, x->body, x->retired};
  x->retired = retired;
  x->head = x->body = (buffer){0};
  return true;
}

bool exchange_hold_answer(exchange *x) {
  bool was_held = x->is_read;
  x->is_read = true;
  return was_held;
}

void exchange_let_go_of_answer(exchange *x, bool was_held) {
  x->is_read = was_held;
  while (!was_held && x->retired != NULL) {
    struct retired_answer *retired = x->retired;
    x->retired = retired->next;
    buffer_free(&retired->head);
    buffer_free(&retired->body);
    free(retired);
  }
}

static void forget_answer(exchange *x) {
  buffer_reset(&x->head, HEAD_KEEP);
  buffer_reset(&x->body, BODY_KEEP);
  x->failure = EXCHANGE_ANSWERED;
  x->code = CURLE_OK;
  x->sends = 0;
  x->head_is_whole = x->connection_is_stale = false;
  x->turned_away = (turned_away){0};
  x->ended = false;
  x->message[0] = '\0';
}

CURLcode exchange_begin(exchange *x, long timeout_ms) {
  CURL *easy = x->easy;
  CURLcode code = !x->is_read || retire_answer(x) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
  /* Before 8.9 libcurl does not say that it was turned away on a connection used before. */
  bool fresh = x->turned_away.is_known;
  if (x->fresh_connection != fresh)
    SET(CURLOPT_FRESH_CONNECT, (long)fresh);
  x->fresh_connection = fresh;
  if (code == CURLE_OK)
    forget_answer(x);
  if (x->easy_timeout_ms != timeout_ms)
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
  x->easy_timeout_ms = timeout_ms;
  x->attempts++;
  x->state = EXCHANGE_RUNNING;
  return code;
}

/* libcurl still points to the lines, and reads them only when it makes a request: by then
 * set_headers has set others. */
static void release_headers(exchange *x) {
  free(x->content_type.data);
  x->content_type.data = NULL;
  secret_release(x->credentials);
  x->credentials = NULL;
}

void exchange_end(exchange *x, exchange_failure failure, CURLcode code) {
  if (failure == EXCHANGE_ANSWERED && !x->head_is_whole) {
    failure = EXCHANGE_CUT_OFF;
    code = CURLE_RECV_ERROR;
  }
  /* A callback that made libcurl give up knows better why. */
  if (x->failure == EXCHANGE_ANSWERED)
    x->failure = failure;
  if (x->failure != EXCHANGE_ANSWERED && x->turned_away.is_known && x->head.length == 0) {
    x->failure = EXCHANGE_TURNED_AWAY;
    x->sends = 0;
  }
  x->code = code;
  x->ended = true;
}

void exchange_finish(exchange *x) {
  x->state = EXCHANGE_FINISHED;
  x->ended = true;
  bool may_be_repeated = x->repeatable && x->failure == EXCHANGE_ANSWERED;
  if (!may_be_repeated)
    release_headers(x);
}

void exchange_cut_loose(exchange *x) {
  x->engine = NULL;
  release_headers(x);
}

void exchange_rest(exchange *x) {
  release_headers(x);
  exchange_let_go_of_answer(x, false);
  forget_answer(x);
  x->state = EXCHANGE_RESTING;
  x->attempts = 0;
  x->verdict = RETRY_AGAIN;
}

void exchange_free(exchange *x) {
  if (x == NULL)
    return;
  release_headers(x);
  exchange_let_go_of_answer(x, false);
  curl_easy_cleanup(x->easy);
  curl_url_cleanup(x->url);
  buffer_free(&x->head);
  buffer_free(&x->body);
  free(x);
}

const char *exchange_header(const exchange *x, const char *name, size_t *length) {
  size_t name_length = strlen(name);
  const char *line = x->head.data;
  const char *end = line != NULL ? line + x->head.length : NULL;
  while (line < end) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL)
      stop = end;
    if ((size_t)(stop - line) > name_length && line[name_length] == ':' &&
        strncasecmp(line, name, name_length) == 0) {
      const char *value = line + name_length + 1;
      while (value < stop && (*value == ' ' || *value == '\t'))
        value++;
      while (stop > value && (stop[-1] == '\r' || stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
      *length = (size_t)(stop - value);
      return value;
    }
    line = stop < end ? stop + 1 : end;
  }
  return NULL;
}

long exchange_status(const exchange *x) {
  long status = 0;
  if (x->easy != NULL && x->failure == EXCHANGE_ANSWERED)
    (void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int64_t exchange_retry_after(const exchange *x) {
  size_t length;
  curl_off_t seconds = 0;
  if (x->easy == NULL || exchange_header(x, "Retry-After", &length) == NULL ||
      curl_easy_getinfo(x->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds < 0)
    return -1;
  return (int64_t)seconds * 1000;
}
