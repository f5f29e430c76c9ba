/* Two Lua states, each in a thread of its own, ask for interrupts at the same time, many times. Prints how often
 * both, one and neither of them got it.
 *
 * usage: two_states ROUNDS */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_barrier_t together;
static int rounds;
static int *got[2];

static void run(lua_State *L, const char *chunk) {
  if (luaL_loadstring(L, chunk) != 0 || lua_pcall(L, 0, 1, 0) != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    exit(1);
  }
}

static void *work(void *user) {
  int *own = user;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  run(L, "core = require 'twilio.numbers.core'");
  for (int i = 0; i < rounds; i++) {
    (void)pthread_barrier_wait(&together);
    run(L, "interrupts = core.interrupts() return interrupts ~= nil");
    own[i] = lua_toboolean(L, -1);
    (void)pthread_barrier_wait(&together);
    run(L, "if interrupts then interrupts:close() end");
    lua_settop(L, 0);
  }
  lua_close(L);
  return NULL;
}

int main(int count, char **arguments) {
  pthread_t threads[2];
  int times[3] = {0};
  rounds = count > 1 ? atoi(arguments[1]) : 0;
  (void)pthread_barrier_init(&together, NULL, 2);
  for (int i = 0; i < 2; i++) {
    got[i] = calloc((size_t)rounds + 1, sizeof *got[i]);
    if (got[i] == NULL || pthread_create(&threads[i], NULL, work, got[i]) != 0)
      return 1;
  }
  for (int i = 0; i < 2; i++)
    (void)pthread_join(threads[i], NULL);
  for (int i = 0; i < rounds; i++)
    times[got[0][i] + got[1][i]]++;
  printf("%d %d %d\n", times[2], times[1], times[0]);
  return 0;
}
