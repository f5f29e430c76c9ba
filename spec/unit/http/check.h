/* Checks with names, counted. Each file tests one module of csrc/http and has one suite, which
 * main.c runs. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Says what is tested from here on; a failed check shows it. */
void test(const char *name);

#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(expected, given)                                                                 \
  check_int((long long)(expected), (long long)(given), __FILE__, __LINE__, #given)
#define CHECK_TEXT(expected, given) check_text((expected), (given), __FILE__, __LINE__, #given)

bool check_that(bool holds, const char *file, int line, const char *what);
bool check_int(long long expected, long long given, const char *file, int line, const char *what);
/* Either may be NULL. */
bool check_text(const char *expected, const char *given, const char *file, int line,
                const char *what);

/* For preparations: ends the program if the condition does not hold. */
void need(bool condition, const char *what);

/* Ends a forked child, without what the parent does at its end. */
_Noreturn void end_child(bool success);

/* Lets this many allocations succeed, and all others fail until memory_is_back. */
void memory_ends_after(int allocations);
void memory_is_back(void);

/* How many allocations were made since the start. */
int memory_count(void);

#endif
