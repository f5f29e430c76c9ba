/* The suites, one of each file test_….c. */
#ifndef SUITES_H
#define SUITES_H

typedef struct suite {
  const char *name; /* the module's */
  void (*run)(void);
} suite;

extern const suite suites[]; /* the last has no name */

#endif
