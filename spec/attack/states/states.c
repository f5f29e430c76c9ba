/* Many Lua states in one process, each with a client of its own. Each runs the script, which returns a
 * function; that is called until it returns false.
 *
 * usage: states threads COUNT ROUNDS SCRIPT   COUNT threads with a state each, ROUNDS states one after another
 *        states turns COUNT ROUNDS SCRIPT     COUNT states take turns in one thread, and are closed in ROUNDS
 *                                             different orders, half of them while they are at work
 * Prints how many descriptors are left over. */
#include <dirent.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *script;
static int rounds;

static int descriptors(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder != NULL && readdir(folder) != NULL)
    count++;
  if (folder != NULL)
    closedir(folder);
  return count;
}

static void fail(lua_State *L) {
  (void)fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  exit(1);
}

/* A state with the script's function on its stack. */
static lua_State *begin(int number) {
  lua_State *L = luaL_newstate();
  if (L == NULL)
    exit(2);
  luaL_openlibs(L);
  if (luaL_loadfile(L, script) != 0)
    fail(L);
  lua_pushinteger(L, number);
  if (lua_pcall(L, 1, 1, 0) != 0)
    fail(L);
  return L;
}

/* One call of the function; false when it was the last. */
static bool go_on(lua_State *L) {
  lua_pushvalue(L, -1);
  if (lua_pcall(L, 0, 1, 0) != 0)
    fail(L);
  bool more = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return more;
}

static void *work(void *user) {
  for (int i = 0; i < rounds; i++) {
    lua_State *L = begin(*(int *)user);
    while (go_on(L)) {}
    lua_close(L);
  }
  return NULL;
}

static void in_threads(int count) {
  pthread_t *threads = calloc((size_t)count, sizeof *threads);
  int *numbers = calloc((size_t)count, sizeof *numbers);
  if (threads == NULL || numbers == NULL)
    exit(2);
  for (int i = 0; i < count; i++) {
    numbers[i] = i;
    if (pthread_create(&threads[i], NULL, work, &numbers[i]) != 0)
      exit(2);
  }
  for (int i = 0; i < count; i++)
    (void)pthread_join(threads[i], NULL);
  free(threads);
  free(numbers);
}

static void in_turns(int count) {
  lua_State **states = calloc((size_t)count, sizeof(lua_State *));
  if (states == NULL)
    exit(2);
  for (int i = 0; i < count; i++)
    states[i] = begin(i);
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < count; i++)
      (void)go_on(states[i]);
  for (int left = count; left > 0; left--) {
    int chosen = rand() % left;
    while (left % 2 == 0 && go_on(states[chosen])) {}
    lua_close(states[chosen]);
    states[chosen] = states[left - 1];
  }
  free(states);
}

int main(int count, char **arguments) {
  if (count != 5)
    return 2;
  int states = atoi(arguments[2]);
  rounds = atoi(arguments[3]);
  script = arguments[4];
  int before = descriptors();
  if (strcmp(arguments[1], "threads") == 0)
    in_threads(states);
  else
    for (int i = 0; i < rounds; i++)
      in_turns(states);
  int left = descriptors() - before;
  printf("%s: %d states, %d rounds, %d descriptors are left\n", arguments[1], states, rounds, left);
  return left == 0 ? 0 : 1;
}
