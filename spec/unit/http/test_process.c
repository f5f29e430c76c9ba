#include "process.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static bool is_other_in(pid_t child, unsigned number) {
  int status = -1;
  need(child >= 0, "a child");
  if (child == 0) {
    unsigned own = process_number();
    end_child(own != number && process_number() == own);
  }
  need(waitpid(child, &status, 0) == child, "the child's end");
  return status == 0;
}

void test_process(void);
void test_process(void) {
  unsigned number = process_number();
  test("a process has the same number all the time, and a child another one");
  CHECK_INT(number, process_number());
  CHECK(is_other_in(fork(), number));
  CHECK(is_other_in(fork(), number));
  CHECK_INT(number, process_number());

#ifdef SYS_fork
  test("also a child that was made without the C library");
  CHECK(is_other_in((pid_t)syscall(SYS_fork), number));
#endif

  test("a child's child differs from both");
  pid_t child = fork();
  if (child == 0) {
    unsigned own = process_number();
    end_child(own != number && is_other_in(fork(), own) && is_other_in(fork(), number));
  }
  int status = -1;
  need(waitpid(child, &status, 0) == child, "the child's end");
  CHECK_INT(0, status);
}
