/* The locale C for the current thread, for libraries that read and write numbers as the process's locale has it. */
#ifndef TN_LUA_C_LOCALE_H
#define TN_LUA_C_LOCALE_H

#include <locale.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

/* Returns what leave_c_locale takes; (locale_t)0 when out of memory, and then nothing has changed. */
locale_t enter_c_locale(void);

void leave_c_locale(locale_t before);

#endif
