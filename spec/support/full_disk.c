/* A disk that is full, that can only be read, or that has no locks, for files whose path has FULL_DISK, READ_ONLY or
 * NO_LOCKS in it:
 * preloaded into a process, it fails what would write to them. With FULL_DISK_AFTER=N, N writes go
 * through first. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long writes;

static int is_meant(int file, const char *variable) {
  const char *part = getenv(variable);
  char link[64], path[4096];
  if (part == NULL)
    return 0;
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0)
    return 0;
  path[length] = '\0';
  return strstr(path, part) != NULL;
}

static int is_full(int file) {
  const char *after = getenv("FULL_DISK_AFTER");
  if (!is_meant(file, "FULL_DISK") || (after != NULL && writes++ < atol(after)))
    return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
  ssize_t (*real)(int, const void *, size_t, off64_t);
  *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
  return is_full(file) ? -1 : real(file, data, size, offset);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
  return pwrite64(file, data, size, offset);
}

int posix_fallocate(int file, off_t offset, off_t size) {
  int (*real)(int, off_t, off_t);
  *(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate");
  return is_full(file) ? ENOSPC : real(file, offset, size);
}

static int control(int file, int command, void *argument) {
  int (*real)(int, int, ...);
  *(void **)&real = dlsym(RTLD_NEXT, "fcntl");
  int is_lock = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
  if (is_lock && is_meant(file, "NO_LOCKS")) {
    errno = ENOLCK;
    return -1;
  }
  return real(file, command, argument);
}

int fcntl(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return control(file, command, argument);
}

int fcntl64(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return control(file, command, argument);
}

static int opened(const char *name, const char *path, int flags, mode_t mode) {
  const char *part = getenv("READ_ONLY");
  if (part != NULL && strstr(path, part) != NULL && (flags & O_ACCMODE) != O_RDONLY) {
    errno = EROFS;
    return -1;
  }
  int (*real)(const char *, int, ...);
  *(void **)&real = dlsym(RTLD_NEXT, name);
  return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("open64", path, flags, mode);
}
