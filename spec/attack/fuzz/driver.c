/* Runs a fuzz target where the compiler has no libFuzzer: changes its seeds at random until the time is
 * over. Knows the options of libFuzzer that the script uses, and of folders reads the files.
 *
 * usage: TARGET -max_total_time=SECONDS [-runs=N] -seed=N FOLDER... */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "fuzz.h"

enum { SEEDS = 10000, LONGEST = 64 * 1024 };

typedef struct seed {
  uint8_t *bytes;
  size_t count;
} seed;

static seed seeds[SEEDS];
static size_t seed_count;
static uint64_t state;

static uint64_t next_random(void) { /* xorshift */
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static size_t below(size_t most) {
  return most > 0 ? (size_t)(next_random() % most) : 0;
}

static void read_seed(const char *path) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = malloc(LONGEST);
  if (file == NULL || bytes == NULL || seed_count == SEEDS)
    exit(1);
  seeds[seed_count++] = (seed){bytes, fread(bytes, 1, LONGEST, file)};
  (void)fclose(file);
}

static void read_folder(const char *path) {
  struct dirent **entries;
  int entry_count =
      scandir(path, &entries, NULL, alphasort); /* the same order on every file system */
  if (entry_count < 0)
    exit(1);
  for (int i = 0; i < entry_count; i++) {
    char name[4096];
    struct stat file;
    (void)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
    if (stat(name, &file) == 0 && S_ISREG(file.st_mode))
      read_seed(name);
    free(entries[i]);
  }
  free(entries);
}

static void insert(uint8_t *bytes, size_t *count, size_t at, const uint8_t *more, size_t length) {
  if (length > LONGEST - *count)
    return;
  memmove(bytes + at + length, bytes + at, *count - at);
  memcpy(bytes + at, more, length);
  *count += length;
}

static void change(uint8_t *bytes, size_t *count) {
  size_t at = below(*count), length = 1 + below(16);
  const seed *other = &seeds[below(seed_count)];
  uint8_t any = (uint8_t)next_random();
  switch (below(5)) {
  case 0:
    if (*count > 0)
      bytes[at] ^= (uint8_t)(1U << below(8));
    break;
  case 1:
    if (*count > 0)
      bytes[at] = any;
    break;
  case 2: /* less */
    length = length < *count - at ? length : *count - at;
    memmove(bytes + at, bytes + at + length, *count - at - length);
    *count -= length;
    break;
  case 3:
    insert(bytes, count, at, &any, 1);
    break;
  default: { /* a piece of another seed */
    size_t from = below(other->count);
    length = below(other->count - from + 1);
    insert(bytes, count, at, other->bytes + from, length);
  }
  }
}

int main(int count, char *arguments[]) {
  long seconds = 0, most = -1;
  static uint8_t bytes[LONGEST];
  state = 1;
  for (int i = 1; i < count; i++) {
    if (sscanf(arguments[i], "-max_total_time=%ld", &seconds) == 1 ||
        sscanf(arguments[i], "-runs=%ld", &most) == 1 ||
        sscanf(arguments[i], "-seed=%lu", &state) == 1 || arguments[i][0] == '-')
      continue;
    read_folder(arguments[i]);
  }
  if (seed_count == 0)
    return 1;
  state |= 1;
  time_t end = time(NULL) + seconds;
  unsigned long runs = 0;
  for (size_t i = 0; i < seed_count; i++, runs++)
    (void)LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].count);
  for (; time(NULL) < end && (most < 0 || runs < (unsigned long)most); runs++) {
    const seed *s = &seeds[below(seed_count)];
    size_t length = s->count;
    memcpy(bytes, s->bytes, length);
    for (size_t changes = 1 + below(6); changes > 0; changes--)
      change(bytes, &length);
    uint8_t *exact = malloc(length > 0 ? length : 1); /* so that a read beyond its end is seen */
    if (exact == NULL)
      return 1;
    memcpy(exact, bytes, length);
    (void)LLVMFuzzerTestOneInput(exact, length);
    free(exact);
  }
  printf("stat::number_of_executed_units: %lu\n", runs);
  return 0;
}
