#include "source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char path[] = "/tmp/source-XXXXXX";

static int write_file(const char *text) {
  strcpy(path + sizeof path - 7, "XXXXXX");
  int descriptor = mkstemp(path);
  size_t length = strlen(text);
  need(descriptor >= 0 && write(descriptor, text, length) == (ssize_t)length, "a file");
  return descriptor;
}

static body_source *opened(const char *text, int *descriptor) {
  const char *why = "";
  *descriptor = write_file(text);
  body_source *s = source_of_file(path, &why);
  need(s != NULL && why == NULL, "a source");
  return s;
}

static void drop(body_source *s, int descriptor) {
  source_release(s);
  (void)close(descriptor);
  (void)unlink(path);
}

static void reading(void) {
  int descriptor;
  body_source *sources[] = {opened("0123456789", &descriptor), source_of_text("0123456789", 10)};
  need(sources[1] != NULL, "memory");
  for (size_t i = 0; i < 2; i++) {
    const char *why = NULL;
    char bytes[20];
    test("a source is read from any place, and no further than its end");
    CHECK_INT(10, sources[i]->size);
    CHECK_INT(4, source_read(sources[i], 0, bytes, 4, &why));
    CHECK(memcmp(bytes, "0123", 4) == 0);
    CHECK_INT(2, source_read(sources[i], 8, bytes, sizeof bytes, &why));
    CHECK(memcmp(bytes, "89", 2) == 0);
    CHECK_INT(0, source_read(sources[i], 10, bytes, sizeof bytes, &why));
    CHECK(why == NULL && source_change(sources[i]) == NULL);
  }
  source_release(sources[1]);
  drop(sources[0], descriptor);
}

static void changes(void) {
  int descriptor;
  const char *why = NULL;
  char bytes[20];
  body_source *s = opened("0123456789", &descriptor);
  test("a file that became longer is read as far as it went, and has changed");
  need(pwrite(descriptor, "x", 1, 10) == 1, "a longer file");
  CHECK_INT(10, source_read(s, 0, bytes, sizeof bytes, &why));
  CHECK_TEXT("it became longer", source_change(s));
  test("a file that became shorter cannot be read to its end");
  need(ftruncate(descriptor, 5) == 0, "a shorter file");
  CHECK_INT(5, source_read(s, 0, bytes, 10, &why));
  CHECK_INT(-1, source_read(s, 5, bytes, 5, &why));
  CHECK_TEXT("it became shorter", why);
  CHECK_TEXT("it became shorter", source_change(s));
  drop(s, descriptor);

  test("a file of the same size that was written to has changed");
  s = opened("0123456789", &descriptor);
  const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};
  need(futimens(descriptor, times) == 0, "another time");
  CHECK_TEXT("it was changed", source_change(s));
  drop(s, descriptor);

  test("a file that was removed or replaced is still the one that was opened");
  s = opened("0123456789", &descriptor);
  need(unlink(path) == 0, "no file");
  CHECK_INT(10, source_read(s, 0, bytes, sizeof bytes, &why));
  CHECK(source_change(s) == NULL);
  drop(s, descriptor);
}

static void refusals(void) {
  const char *why = NULL;
  char pipe_path[] = "/tmp/source-pipe-XXXXXX";
  test("what is no regular file that can be read is refused, with the reason, without waiting");
  CHECK(source_of_file("/tmp/none/none", &why) == NULL);
  CHECK_TEXT("there is no such file", why);
  CHECK(source_of_file("/tmp", &why) == NULL);
  CHECK_TEXT("it is a directory", why);
  CHECK(source_of_file("/dev/null", &why) == NULL);
  CHECK_TEXT("it is no regular file", why);
  need(mkdtemp(pipe_path) != NULL && rmdir(pipe_path) == 0 && mkfifo(pipe_path, 0600) == 0,
       "a pipe");
  CHECK(source_of_file(pipe_path, &why) == NULL);
  CHECK_TEXT("it is no regular file", why);
  (void)unlink(pipe_path);
}

static void holders(void) {
  int descriptor;
  body_source *s = opened("x", &descriptor);
  int own = s->descriptor;
  test("the file is closed by the last release, and by a child's exec");
  CHECK((fcntl(own, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(source_hold(s) == s);
  source_release(s);
  CHECK(fcntl(own, F_GETFD) >= 0);
  source_release(s);
  CHECK_INT(-1, fcntl(own, F_GETFD));
  source_release(NULL);
  (void)close(descriptor);

  test("out of memory there is no source");
  const char *why = NULL;
  for (int i = 0; i < 2; i++) {
    memory_ends_after(i);
    CHECK(source_of_text("x", 1) == NULL);
    memory_is_back();
  }
  memory_ends_after(0);
  CHECK(source_of_file(path, &why) == NULL);
  memory_is_back();
  CHECK_TEXT("not enough memory", why);
  (void)unlink(path);
}

void test_source(void);
void test_source(void) {
  reading();
  changes();
  refusals();
  holders();
}
