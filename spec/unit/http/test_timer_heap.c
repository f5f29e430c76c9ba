#include "timer_heap.h"

#include <stdlib.h>

#include "check.h"

enum { COUNT = 500 };

static transfer items[COUNT];

static void clear(void) {
  for (int i = 0; i < COUNT; i++)
    items[i] = (transfer){.id = i};
}

/* Each is where it says, and none is due before the one above it. */
static bool is_sound(const timer_heap *h) {
  for (size_t i = 0; i < h->count; i++) {
    if (h->items[i]->schedule.heap_place != i + 1)
      return false;
    if (i > 0 && h->items[i]->schedule.wake_at < h->items[(i + 1) / 2 - 1]->schedule.wake_at)
      return false;
  }
  return true;
}

static void order(void) {
  timer_heap h = {0};
  clear();
  test("an empty heap has no first");
  CHECK(timer_heap_first(&h) == NULL);
  test("they come out soonest first, whatever the order they were added in");
  need(timer_heap_reserve(&h, COUNT), "memory");
  for (int i = 0; i < COUNT; i++) {
    items[i].schedule.wake_at = (i * 7919) % 1000;
    timer_heap_add(&h, &items[i]);
  }
  CHECK(is_sound(&h));
  int64_t before = -1;
  bool sorted = true;
  int taken = 0;
  for (transfer *t; (t = timer_heap_first(&h)) != NULL; taken++) {
    sorted = sorted && t->schedule.wake_at >= before;
    before = t->schedule.wake_at;
    timer_heap_remove(&h, t);
    sorted = sorted && t->schedule.heap_place == 0;
  }
  CHECK(sorted);
  CHECK_INT(COUNT, taken);
  timer_heap_free(&h);
}

/* The soonest timer, found by comparing all of them. */
static const transfer *soonest(void) {
  const transfer *found = NULL;
  for (int i = 0; i < COUNT; i++)
    if (items[i].schedule.heap_place != 0 &&
        (found == NULL || items[i].schedule.wake_at < found->schedule.wake_at))
      found = &items[i];
  return found;
}

static void random_changes(void) {
  timer_heap h = {0};
  unsigned seed = 12345;
  bool sound = true, right = true;
  size_t inside = 0;
  clear();
  test("random adds and removes, from anywhere, keep the order and the places");
  need(timer_heap_reserve(&h, COUNT), "memory");
  for (int step = 0; step < 20000; step++) {
    seed = seed * 1103515245 + 12345;
    transfer *t = &items[(seed >> 16) % COUNT];
    if (t->schedule.heap_place != 0) {
      timer_heap_remove(&h, t);
      inside--;
    } else {
      t->schedule.wake_at = (seed >> 8) % 97; /* with many that are equal */
      timer_heap_add(&h, t);
      inside++;
    }
    const transfer *first = timer_heap_first(&h), *expected = soonest();
    sound = sound && h.count == inside && (step % 50 != 0 || is_sound(&h));
    right = right && (expected == NULL ? first == NULL
                                       : first->schedule.wake_at == expected->schedule.wake_at);
  }
  CHECK(sound);
  CHECK(right);
  timer_heap_free(&h);
}

static void removal(void) {
  timer_heap h = {0};
  clear();
  test("removing one that is not in changes nothing");
  need(timer_heap_reserve(&h, 3), "memory");
  items[0].schedule.wake_at = 1;
  timer_heap_add(&h, &items[0]);
  timer_heap_remove(&h, &items[1]);
  CHECK(h.count == 1 && timer_heap_first(&h) == &items[0]);
  test("removing the only one empties it, and twice is harmless");
  timer_heap_remove(&h, &items[0]);
  timer_heap_remove(&h, &items[0]);
  CHECK(h.count == 0 && timer_heap_first(&h) == NULL);
  test("it holds and does not own");
  timer_heap_add(&h, &items[0]);
  timer_heap_free(&h);
  CHECK(h.items == NULL && h.count == 0 && h.room == 0);
}

static void reserve(void) {
  timer_heap h = {0};
  clear();
  test("what is reserved is there: adding allocates nothing");
  CHECK(timer_heap_reserve(&h, COUNT));
  memory_ends_after(0);
  for (int i = 0; i < COUNT; i++)
    timer_heap_add(&h, &items[i]);
  CHECK(timer_heap_reserve(&h, COUNT));
  test("out of memory it says so and keeps what it has");
  CHECK(!timer_heap_reserve(&h, COUNT * 3));
  memory_is_back();
  CHECK(h.count == COUNT && is_sound(&h));
  test("growing one by one allocates rarely");
  int allocations = memory_count();
  for (size_t i = 1; i <= 100000; i++)
    need(timer_heap_reserve(&h, i), "memory");
  CHECK(memory_count() - allocations < 20);
  CHECK(h.count == COUNT && is_sound(&h));
  timer_heap_free(&h);
}

void test_timer_heap(void);
void test_timer_heap(void) {
  order();
  random_changes();
  removal();
  reserve();
}
