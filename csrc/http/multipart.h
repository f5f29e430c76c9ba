/* A body of the type multipart/form-data (RFC 7578): fields, and one part that is read from a source while it
 * is sent. */
#ifndef TN_MULTIPART_H
#define TN_MULTIPART_H

#include <curl/curl.h>

#include "source.h"

typedef struct multipart_field {
  const char *name;
  const char *text;
  size_t length;
} multipart_field;

/* What a body is made of. All of it is borrowed for the call; the source is held from then on. */
typedef struct multipart_content {
  const multipart_field *fields;
  size_t count;
  const char *name;      /* of the part that is read from the body_source */
  const char *file_name; /* by which the server gets to know it */
  const char *type;      /* its MIME type */
  body_source *source;
} multipart_content;

typedef struct multipart {
  curl_mime *mime;     /* owned; NULL for none */
  body_source *source; /* held */
  int64_t size;        /* of the source; stays when the body is released */
  int64_t offset;      /* how much of the source libcurl has taken; stays likewise */
  int64_t read_at;     /* when it took some last, in monotonic ms; 0 for not yet */
  const char
      *problem; /* why the source cannot be read to its end, a constant; NULL for no reason */
} multipart;

/* Makes the body and has the handle send it. The caller releases it, also after a failure. m has to stay where it is
 * until then. */
CURLcode multipart_open(multipart *m, CURL *easy, const multipart_content *content);

/* Another attempt begins at the first byte. CURLE_READ_ERROR if the source has changed: see problem. */
CURLcode multipart_begin(multipart *m);

/* The handle is not used any more, or for another request only. */
void multipart_release(multipart *m);

/* In a forked child: drops what is the parent's. */
void multipart_abandon(multipart *m);

#endif
