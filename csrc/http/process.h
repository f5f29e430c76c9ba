/* Tells a forked child from its parent without a system call. */
#ifndef TN_PROCESS_H
#define TN_PROCESS_H

/* A number that is the same as long as the process is. A child of fork, or of clone without shared memory, has
 * another one than its parent, however it was made. */
unsigned process_number(void);

#endif
