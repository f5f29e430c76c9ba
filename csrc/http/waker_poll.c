/* poll has no descriptor that stands for a set of others, so a thread could not watch what libcurl
 * adds. Event loops poll the engine instead. */
#include "waker.h"

#include <stddef.h>

waker *waker_open(void) {
  return NULL;
}

/* Without a waker these are not called. */

const char *waker_path(const waker *w) {
  (void)w;
  return "";
}

bool waker_accept(waker *w) {
  (void)w;
  return false;
}

bool waker_watch(waker *w, int descriptor) {
  (void)w, (void)descriptor;
  return false;
}

void waker_arm(waker *w, int64_t ms) {
  (void)w, (void)ms;
}

void waker_ring(const waker *w) {
  (void)w;
}

int waker_host(const waker *w) {
  (void)w;
  return -1;
}

bool waker_hold(int host, int descriptor, int ms) {
  (void)host, (void)descriptor, (void)ms;
  return false;
}

void waker_close(waker *w) {
  (void)w;
}
