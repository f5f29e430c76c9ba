/* What the fuzz targets of csrc/http have in common. Each target is a file with one function, which gets
 * bytes that were never seen before. It has no result: what does not hold ends the program. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* Ends the program, with its place, unless the condition holds. */
#define HOLDS(condition) fuzz_holds((condition), __FILE__, __LINE__, #condition)

void fuzz_holds(bool condition, const char *file, int line, const char *what);

/* Takes one byte from the front; 0 if there is none. */
uint8_t fuzz_byte(const uint8_t **bytes, size_t *count);

/* A copy of the bytes as a text: it ends at the first zero byte. The caller frees it. */
char *fuzz_text(const uint8_t *bytes, size_t count);

#endif
