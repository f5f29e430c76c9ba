#include "buffer.h"

#include <string.h>

#include "check.h"

static void append_and_limit(void) {
  buffer b = {0};
  test("a buffer is empty and without memory until the first byte");
  CHECK_INT(BUFFER_OK, buffer_append(&b, "", 0, 10));
  CHECK(b.data == NULL && b.length == 0);

  test("bytes are appended as they are, zero bytes too");
  CHECK_INT(BUFFER_OK, buffer_append(&b, "ab\0", 3, 10));
  CHECK_INT(BUFFER_OK, buffer_append(&b, "cd", 2, 10));
  CHECK(b.length == 5 && memcmp(b.data, "ab\0cd", 5) == 0);

  test("exactly the limit fits, one byte more does not");
  CHECK_INT(BUFFER_OK, buffer_append(&b, "efghi", 5, 10));
  CHECK_INT(BUFFER_FULL, buffer_append(&b, "j", 1, 10));
  CHECK(b.length == 10 && memcmp(b.data, "ab\0cdefghi", 10) == 0);

  test("a limit below what is there already, and one more byte than a size_t can add");
  CHECK_INT(BUFFER_FULL, buffer_append(&b, "j", 1, 4));
  CHECK_INT(BUFFER_FULL, buffer_append(&b, "j", (size_t)-1, 1000));
  CHECK_INT(BUFFER_OK, buffer_append(&b, "", 0, 4));
  buffer_free(&b);
  CHECK(b.data == NULL && b.length == 0 && b.capacity == 0);
}

static void growth(void) {
  enum { LIMIT = 1000003 };
  buffer b = {0};
  int moves = 0;
  size_t capacity = 0;
  test("a buffer that grows byte by byte to its limit is moved a few times and holds all");
  for (size_t i = 0; i < LIMIT; i++) {
    char byte = (char)(i % 251);
    if (buffer_append(&b, &byte, 1, LIMIT) != BUFFER_OK)
      break;
    moves += b.capacity != capacity;
    capacity = b.capacity;
  }
  CHECK_INT(LIMIT, b.length);
  CHECK(moves <= 10);
  CHECK(b.capacity <= LIMIT);
  bool same = true;
  for (size_t i = 0; i < b.length; i++)
    same = same && b.data[i] == (char)(i % 251);
  CHECK(same);
  buffer_free(&b);
}

static void reset(void) {
  buffer b = {0};
  test("a reset keeps memory up to a size");
  CHECK_INT(BUFFER_OK, buffer_append(&b, "abc", 3, 100));
  char *before = b.data;
  buffer_reset(&b, b.capacity);
  CHECK(b.length == 0 && b.data == before);
  test("and frees what is larger");
  buffer_reset(&b, b.capacity - 1);
  CHECK(b.length == 0 && b.capacity == 0 && b.data == NULL);
}

static void no_memory(void) {
  buffer b = {0};
  char many[8192] = {0};
  test("out of memory: what is there stays");
  CHECK_INT(BUFFER_OK, buffer_append(&b, "abc", 3, 100000));
  memory_ends_after(0);
  CHECK_INT(BUFFER_NO_MEMORY, buffer_append(&b, many, sizeof many, 100000));
  memory_is_back();
  CHECK(b.length == 3 && memcmp(b.data, "abc", 3) == 0);
  CHECK_INT(BUFFER_OK, buffer_append(&b, many, sizeof many, 100000));
  CHECK_INT(3 + sizeof many, b.length);
  buffer_free(&b);
}

void test_buffer(void);
void test_buffer(void) {
  append_and_limit();
  growth();
  reset();
  no_memory();
}
