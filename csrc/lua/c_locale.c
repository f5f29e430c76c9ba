#include "c_locale.h"

#include <pthread.h>

static pthread_once_t locale_once = PTHREAD_ONCE_INIT;
static locale_t c_locale;

static void make_locale(void) {
  c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* for as long as the process */
}

locale_t enter_c_locale(void) {
  (void)pthread_once(&locale_once, make_locale);
  return c_locale != (locale_t)0 ? uselocale(c_locale) : (locale_t)0;
}

void leave_c_locale(locale_t before) {
  if (before != (locale_t)0)
    (void)uselocale(before);
}
