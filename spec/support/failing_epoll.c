/* Preloaded: the epoll_ctl call with the number FAIL_EPOLL_CTL, counted from 1, fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

typedef int control(int set, int operation, int descriptor, struct epoll_event *event);

int epoll_ctl(int set, int operation, int descriptor, struct epoll_event *event) {
  static int calls;
  const char *failing = getenv("FAIL_EPOLL_CTL");
  calls++;
  if (failing != NULL && calls == atoi(failing)) {
    errno = ENOSPC; /* the system's limit of watches */
    return -1;
  }
  return ((control *)dlsym(RTLD_NEXT, "epoll_ctl"))(set, operation, descriptor, event);
}
