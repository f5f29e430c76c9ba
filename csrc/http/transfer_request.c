#include "transfer_request.h"

#include <stdlib.h>
#include <string.h>

#include "extra_lines.h"

#define SET(option, value) code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code

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

/* A URL of another origin than the last one, or one that libcurl has to read. */
static CURLcode set_whole_url(transfer *t, const char *text) {
  CURL *easy = t->easy;
  CURLcode code = parsed_url_set(&t->url, text);
  SET(CURLOPT_URL, text);
  SET(CURLOPT_CURLU, t->url.parts);
  if (code == CURLE_OK)
    parsed_url_keep(&t->url, text);
  if (code == CURLE_OK && parsed_url_target(&t->url, text) != NULL)
    code = parsed_url_strip(&t->url);
  return code;
}

/* The target has to be set each time: it goes before the path of the URL. */
static CURLcode set_url(transfer *t, const char *text) {
  CURL *easy = t->easy;
  CURLcode code = CURLE_OK;
  const char *target = parsed_url_target(&t->url, text);
  if (target == NULL) {
    code = set_whole_url(t, text);
    target = parsed_url_target(&t->url, text);
  }
  SET(CURLOPT_REQUEST_TARGET, target);
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

/* libcurl still has pointers to the lines, but reads them only when it starts a request. Before
 * that, set_headers sets others. */
void transfer_release_request(transfer *t) {
  multipart_release(&t->multipart);
  free(t->lines.content_type.data);
  t->lines.content_type.data = NULL;
  extra_lines_free(&t->lines.extra, t->lines.common);
  secret_release(t->lines.credentials);
  t->lines.credentials = NULL;
}
