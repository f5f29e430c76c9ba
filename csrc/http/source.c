#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char NO_MEMORY[] = "not enough memory";

/* strerror speaks the locale's language. */
static const char *words_of(int error) {
  switch (error) {
  case ENOENT:
  case ENOTDIR:
    return "there is no such file";
  case EACCES:
  case EPERM:
    return "this process may not read it";
  case EMFILE:
  case ENFILE:
    return "the process has no free file descriptor";
  case ENAMETOOLONG:
    return "its name is too long";
  case ELOOP:
    return "its symbolic links go in a circle";
  case ENOMEM:
    return NO_MEMORY;
  default:
    return "the system cannot read it";
  }
}

static body_source *new_source(void) {
  body_source *s = calloc(1, sizeof *s);
  if (s != NULL)
    *s = (body_source){.holders = 1, .descriptor = -1};
  return s;
}

static struct timespec modified(const struct stat *status) {
#ifdef __APPLE__
  return status->st_mtimespec;
#else
  return status->st_mtim;
#endif
}

/* The reason why it is no file that can be sent, or NULL. */
static const char *look_at(body_source *s) {
  struct stat status;
  if (fstat(s->descriptor, &status) != 0)
    return words_of(errno);
  if (S_ISDIR(status.st_mode))
    return "it is a directory";
  if (!S_ISREG(status.st_mode))
    return "it is no regular file";
  s->size = (int64_t)status.st_size;
  s->modified = modified(&status);
  return NULL;
}

body_source *source_of_file(const char *path, const char **why) {
  body_source *s = new_source();
  if (s == NULL) {
    *why = NO_MEMORY;
    return NULL;
  }
  /* Opening a pipe would wait for its writer. */
  s->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  *why = s->descriptor < 0 ? words_of(errno) : look_at(s);
  if (*why == NULL)
    return s;
  source_release(s);
  return NULL;
}

body_source *source_of_text(const char *text, size_t length) {
  body_source *s = new_source();
  if (s == NULL)
    return NULL;
  s->text = malloc(length + 1);
  if (s->text == NULL) {
    source_release(s);
    return NULL;
  }
  memcpy(s->text, text, length);
  s->size = (int64_t)length;
  return s;
}

body_source *source_hold(body_source *s) {
  s->holders++;
  return s;
}

void source_release(body_source *s) {
  if (s == NULL || --s->holders > 0)
    return;
  if (s->descriptor >= 0)
    (void)close(s->descriptor);
  free(s->text);
  free(s);
}

static ssize_t read_file(const body_source *s, int64_t from, char *bytes, size_t count,
                         const char **why) {
  ssize_t got;
  do
    got = pread(s->descriptor, bytes, count, (off_t)from);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    *why = words_of(errno);
  else if (got == 0)
    *why = "it became shorter";
  return got > 0 ? got : -1;
}

ssize_t source_read(const body_source *s, int64_t from, char *bytes, size_t count,
                    const char **why) {
  int64_t left = s->size - from;
  if ((int64_t)count > left)
    count = left > 0 ? (size_t)left : 0;
  if (count == 0)
    return 0;
  if (s->descriptor >= 0)
    return read_file(s, from, bytes, count, why);
  memcpy(bytes, s->text + from, count);
  return (ssize_t)count;
}

const char *source_change(const body_source *s) {
  if (s->descriptor < 0)
    return NULL;
  body_source now = *s;
  const char *why = look_at(&now);
  if (why != NULL)
    return why;
  if (now.size != s->size)
    return now.size < s->size ? "it became shorter" : "it became longer";
  bool same =
      now.modified.tv_sec == s->modified.tv_sec && now.modified.tv_nsec == s->modified.tv_nsec;
  return same ? NULL : "it was changed";
}
