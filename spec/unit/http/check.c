#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suites.h"

static int passed, failed;
static const char *current = "";

void test(const char *name) {
  current = name;
}

bool check_that(bool holds, const char *file, int line, const char *what) {
  if (holds) {
    passed++;
    return true;
  }
  failed++;
  printf("FAILED  %s\n        %s:%d: %s\n", current, file, line, what);
  return false;
}

bool check_int(long long expected, long long given, const char *file, int line, const char *what) {
  if (check_that(expected == given, file, line, what))
    return true;
  printf("        expected %lld, got %lld\n", expected, given);
  return false;
}

bool check_text(const char *expected, const char *given, const char *file, int line,
                const char *what) {
  bool same = expected == NULL || given == NULL ? expected == given : strcmp(expected, given) == 0;
  if (check_that(same, file, line, what))
    return true;
  printf("        expected \"%s\", got \"%s\"\n", expected != NULL ? expected : "(null)",
         given != NULL ? given : "(null)");
  return false;
}

void need(bool condition, const char *what) {
  if (condition)
    return;
  printf("FAILED  %s\n        cannot prepare: %s\n", current, what);
  exit(2);
}

#ifdef COVERAGE
void __gcov_dump(void);
#else
static void __gcov_dump(void) {}
#endif

void end_child(bool success) {
  __gcov_dump();
  _exit(success ? 0 : 1);
}

static void run(const suite *s) {
  int failed_before = failed, passed_before = passed;
  s->run();
  printf("%s %s: %d passed, %d failed\n", failed == failed_before ? "ok     " : "FAILED ", s->name,
         passed - passed_before, failed - failed_before);
}

/* Runs the suites that are named, or all. */
int main(int count, char *names[]) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (const suite *s = suites; s->name != NULL; s++) {
    bool wanted = count < 2;
    for (int i = 1; i < count; i++)
      wanted = wanted || strcmp(names[i], s->name) == 0;
    if (wanted)
      run(s);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
