#include "process.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* In a child the kernel has filled this page with zeros. pthread_atfork would miss a child that was made by
 * the system call clone. NULL where the system has no such pages. */
static _Atomic unsigned *page;
static _Atomic unsigned count; /* of the processes from the first one down to this one */

static void make_page(void) {
#ifdef MADV_WIPEONFORK
  size_t size = sizeof *page;
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return;
  if (madvise(memory, size, MADV_WIPEONFORK) == 0)
    page = memory;
  else
    (void)munmap(memory, size);
#endif
}

unsigned process_number(void) {
  (void)pthread_once(&once, make_page);
  if (page == NULL)
    return (unsigned)getpid();
  unsigned number = atomic_load(page);
  if (number != 0)
    return number;
  unsigned next = atomic_fetch_add(&count, 1) + 1;
  return atomic_compare_exchange_strong(page, &number, next) ? next : number;
}
