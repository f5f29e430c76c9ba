/* Preloaded: one call of a function of the system's fails. FAIL_CALL is the function's name, FAIL_AT the number
 * of the call, counted from 1, FAIL_ERRNO the error. With FAIL_LATE the call is done, and then reported as
 * failed. FAIL_ERRNO=end makes recv and read report the end of the stream. With COUNT_CALLS, that file gets a
 * line for each function at the end: its name and how often it was called. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const errors[] = {
    "EINTR",      "EAGAIN", "ENOBUFS",     "ENOMEM",    "EMFILE", "ENFILE", "ECONNABORTED", "EPIPE",
    "ECONNRESET", "EACCES", "ENETUNREACH", "ETIMEDOUT", "ENOSPC", "EINVAL", "ECONNREFUSED", NULL};
static const int numbers[] = {EINTR,       EAGAIN,       ENOBUFS, ENOMEM,     EMFILE,
                              ENFILE,      ECONNABORTED, EPIPE,   ECONNRESET, EACCES,
                              ENETUNREACH, ETIMEDOUT,    ENOSPC,  EINVAL,     ECONNREFUSED};

enum { MOST = 32 };
static struct counter {
  const char *name;
  long calls;
} counters[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *failing_name;
static long failing_call;
static int failing_errno;
static bool is_late, is_end;

static void report(void) {
  FILE *file = fopen(getenv("COUNT_CALLS"), "w");
  for (int i = 0; file != NULL && i < MOST && counters[i].name != NULL; i++)
    (void)fprintf(file, "%s %ld\n", counters[i].name, counters[i].calls);
  if (file != NULL)
    (void)fclose(file);
}

__attribute__((constructor)) static void read_environment(void) {
  const char *at = getenv("FAIL_AT"), *error = getenv("FAIL_ERRNO");
  failing_name = getenv("FAIL_CALL");
  failing_call = at != NULL ? atol(at) : 0;
  failing_errno = EIO;
  is_late = getenv("FAIL_LATE") != NULL;
  is_end = error != NULL && strcmp(error, "end") == 0;
  for (int i = 0; error != NULL && errors[i] != NULL; i++)
    if (strcmp(errors[i], error) == 0)
      failing_errno = numbers[i];
  if (getenv("COUNT_CALLS") != NULL)
    (void)atexit(report);
}

/* Counts the call. True if it is to fail. */
static bool counts(const char *name) {
  int i = 0;
  (void)pthread_mutex_lock(&lock);
  while (i < MOST - 1 && counters[i].name != NULL && strcmp(counters[i].name, name) != 0)
    i++;
  counters[i].name = name;
  long call = ++counters[i].calls;
  (void)pthread_mutex_unlock(&lock);
  return failing_name != NULL && call == failing_call && strcmp(name, failing_name) == 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A function whose failure is -1 and errno. */
#define WRAP(type, name, parameters, arguments)                                                    \
  type name parameters {                                                                           \
    bool fails = counts(#name);                                                                    \
    type result = -1;                                                                              \
    if (!fails || is_late)                                                                         \
      result = REAL(name) arguments;                                                               \
    if (!fails)                                                                                    \
      return result;                                                                               \
    errno = failing_errno;                                                                         \
    return is_end ? 0 : -1;                                                                        \
  }

WRAP(int, socket, (int family, int type, int protocol), (family, type, protocol))
WRAP(int, connect, (int s, const struct sockaddr *to, socklen_t size), (s, to, size))
WRAP(int, setsockopt, (int s, int level, int name, const void *value, socklen_t size),
     (s, level, name, value, size))
WRAP(int, getsockopt, (int s, int level, int name, void *value, socklen_t *size),
     (s, level, name, value, size))
WRAP(int, getsockname, (int s, struct sockaddr *at, socklen_t *size), (s, at, size))
WRAP(int, getpeername, (int s, struct sockaddr *at, socklen_t *size), (s, at, size))
WRAP(ssize_t, send, (int s, const void *bytes, size_t size, int flags), (s, bytes, size, flags))
WRAP(ssize_t, recv, (int s, void *bytes, size_t size, int flags), (s, bytes, size, flags))
WRAP(int, socketpair, (int family, int type, int protocol, int pair[2]),
     (family, type, protocol, pair))
WRAP(int, pipe, (int pair[2]), (pair))
WRAP(int, pipe2, (int pair[2], int flags), (pair, flags))
WRAP(int, eventfd, (unsigned value, int flags), (value, flags))
WRAP(int, epoll_create1, (int flags), (flags))
WRAP(int, epoll_ctl, (int set, int operation, int s, struct epoll_event *event),
     (set, operation, s, event))
WRAP(int, epoll_wait, (int set, struct epoll_event *events, int most, int timeout),
     (set, events, most, timeout))
WRAP(int, poll, (struct pollfd * sockets, nfds_t count, int timeout), (sockets, count, timeout))

static bool is_socket(int file) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISSOCK(about.st_mode);
}

/* Only those of sockets count. */
#define WRAP_SOCKET(type, name, parameters, arguments)                                             \
  type name parameters {                                                                           \
    bool fails = is_socket(s) && counts(#name);                                                    \
    type result = -1;                                                                              \
    if (!fails || is_late)                                                                         \
      result = REAL(name) arguments;                                                               \
    if (!fails)                                                                                    \
      return result;                                                                               \
    errno = failing_errno;                                                                         \
    return is_end ? 0 : -1;                                                                        \
  }

WRAP_SOCKET(ssize_t, write, (int s, const void *bytes, size_t size), (s, bytes, size))
WRAP_SOCKET(ssize_t, read, (int s, void *bytes, size_t size), (s, bytes, size))

static int control(const char *name, int file, int command, void *argument) {
  int (*real)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
  if (!counts("fcntl"))
    return real(file, command, argument);
  errno = failing_errno;
  return -1;
}

#define CONTROL(name)                                                                              \
  int name(int file, int command, ...) {                                                           \
    va_list rest;                                                                                  \
    va_start(rest, command);                                                                       \
    void *argument = va_arg(rest, void *);                                                         \
    va_end(rest);                                                                                  \
    return control(#name, file, command, argument);                                                \
  }

CONTROL(fcntl)
CONTROL(fcntl64)

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *user) {
  return counts("pthread_create") ? failing_errno
                                  : REAL(pthread_create)(thread, attributes, run, user);
}

/* The name sandbox.test is this machine. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  if (name != NULL && strcmp(name, "sandbox.test") == 0)
    name = "127.0.0.1";
  if (!counts("getaddrinfo"))
    return REAL(getaddrinfo)(name, service, hints, result);
  errno = failing_errno;
  return failing_errno == ENOMEM ? EAI_MEMORY : failing_errno == EAGAIN ? EAI_AGAIN : EAI_SYSTEM;
}

/* OpenSSL reads certificates by this. */
FILE *fopen64(const char *path, const char *mode) {
  if (strstr(path, ".pem") == NULL || !counts("fopen64"))
    return REAL(fopen64)(path, mode);
  errno = failing_errno;
  return NULL;
}
