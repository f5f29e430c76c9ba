#include "multipart.h"

#include <stdio.h>

#include "clock.h"

/* Called by libcurl for the next bytes. A source that has changed is noticed before its last bytes are
 * handed over, so that the server never gets the whole of it. */
static size_t on_read(char *bytes, size_t size, size_t count, void *user) {
  multipart *m = user;
  const char *why = NULL;
  m->read_at = monotonic_ms();
  ssize_t got = source_read(m->source, m->offset, bytes, size * count, &why);
  if (got > 0 && m->offset + got == m->size)
    why = source_change(m->source);
  if (why != NULL) {
    m->problem = why;
    return CURL_READFUNC_ABORT;
  }
  m->offset += got;
  return (size_t)got;
}

/* Called by libcurl before it sends the body again. */
static int on_seek(void *user, curl_off_t offset, int origin) {
  multipart *m = user;
  if (origin != SEEK_SET || offset < 0 || offset > m->size)
    return CURL_SEEKFUNC_CANTSEEK;
  m->offset = offset;
  return CURL_SEEKFUNC_OK;
}

static CURLcode add_field(curl_mime *mime, const multipart_field *field) {
  curl_mimepart *part = curl_mime_addpart(mime);
  CURLcode code = part != NULL ? curl_mime_name(part, field->name) : CURLE_OUT_OF_MEMORY;
  return code == CURLE_OK ? curl_mime_data(part, field->text, field->length) : code;
}

static CURLcode add_source(multipart *m, const multipart_content *content) {
  curl_mimepart *part = curl_mime_addpart(m->mime);
  CURLcode code = part != NULL ? curl_mime_name(part, content->name) : CURLE_OUT_OF_MEMORY;
  if (code == CURLE_OK)
    code = curl_mime_filename(part, content->file_name);
  if (code == CURLE_OK)
    code = curl_mime_type(part, content->type);
  if (code == CURLE_OK)
    code = curl_mime_data_cb(part, m->size, on_read, on_seek, NULL, m);
  return code;
}

CURLcode multipart_open(multipart *m, CURL *easy, const multipart_content *content) {
  *m = (multipart){.mime = curl_mime_init(easy),
                   .source = source_hold(content->source),
                   .size = content->source->size};
  CURLcode code = m->mime != NULL ? CURLE_OK : CURLE_OUT_OF_MEMORY;
  for (size_t i = 0; i < content->count && code == CURLE_OK; i++)
    code = add_field(m->mime, &content->fields[i]);
  if (code == CURLE_OK)
    code = add_source(m, content);
  return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_MIMEPOST, m->mime) : code;
}

CURLcode multipart_begin(multipart *m) {
  if (m->source == NULL)
    return CURLE_OK;
  m->offset = m->read_at = 0;
  m->problem = source_change(m->source);
  return m->problem == NULL ? CURLE_OK : CURLE_READ_ERROR;
}

void multipart_release(multipart *m) {
  curl_mime_free(m->mime);
  source_release(m->source);
  m->mime = NULL;
  m->source = NULL;
}

void multipart_abandon(multipart *m) {
  m->mime = NULL;
  multipart_release(m);
}
