/* Runs a Lua script again and again, each time with Lua running out of memory EVERY allocations
 * later, until it gets through. The script calls arm() where the counting starts; from there on
 * each run is a process of its own, so that the modules are loaded once only. Whatever fails, the
 * state must close with every byte given back, and the sanitizers watch the rest.
 *
 * usage: failing_allocator SCRIPT EVERY */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <sanitizer/lsan_interface.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct memory {
  size_t in_use;
  long allowed; /* allocations until the failure; negative before arm() */
  long failing; /* how many more fail: Lua tries again after a collection */
  bool failed;
  bool armed;
} memory;

static bool must_fail(memory *m) {
  if (!m->armed)
    return false;
  if (m->allowed > 0) {
    m->allowed--;
    return false;
  }
  if (m->failing == 0)
    return false;
  m->failing--;
  m->failed = true;
  return true;
}

static void *allocate(void *user, void *block, size_t old_size, size_t new_size) {
  memory *m = user;
  if (block == NULL)
    old_size = 0;
  if (new_size == 0) {
    m->in_use -= old_size;
    free(block);
    return NULL;
  }
  if (new_size > old_size && must_fail(m))
    return NULL;
  void *moved = realloc(block, new_size);
  if (moved != NULL)
    m->in_use += new_size - old_size;
  return moved;
}

static long every; /* how many allocations lie between two runs */

/* What became of a run, as its process tells by its exit code. */
enum outcome { WENT_THROUGH, RAN_OUT, WENT_WRONG };

static int outcome_of(pid_t run) {
  int status;
  if (run < 0 || waitpid(run, &status, 0) != run || !WIFEXITED(status))
    return WENT_WRONG;
  return WEXITSTATUS(status);
}

/* Returns in the processes of the runs only. */
static int arm(lua_State *L) {
  memory *m = lua_touserdata(L, lua_upvalueindex(1));
  m->armed = true;
  long runs = 0;
  for (m->allowed = 0; m->allowed < 100000; m->allowed += every, runs++) {
    pid_t run = fork();
    if (run == 0)
      return 0;
    int outcome = outcome_of(run);
    if (outcome == WENT_THROUGH) {
      printf("ran out of memory at %ld of %ld allocations, and recovered\n", runs, m->allowed);
      exit(runs > 50 ? 0 : 1); /* fewer means that nothing was tested */
    }
    if (outcome != RAN_OUT) {
      fprintf(stderr, "allocation %ld: it ended with %d\n", m->allowed, outcome);
      exit(1);
    }
  }
  fprintf(stderr, "the script never gets through\n");
  exit(1);
}

static int prepare(lua_State *L) {
  luaL_openlibs(L);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, arm, 1);
  lua_setglobal(L, "arm");
  if (luaL_loadfile(L, lua_tostring(L, 2)) != 0)
    return lua_error(L);
  lua_call(L, 0, 0);
  return 0;
}

/* Whether an error says that memory ran out. Where it is for the stack, Lua says what it says of a full one. */
static bool is_of_memory(const char *message) {
  return message != NULL && (strstr(message, "not enough memory") != NULL ||
                             strstr(message, "stack overflow") != NULL);
}

/* One run, but for the process that only begins them: it never returns from arm(). */
static enum outcome run(const char *script) {
  memory m = {.failing = 2};
  lua_State *L = lua_newstate(allocate, &m);
  if (L == NULL)
    return WENT_WRONG;
  lua_pushcfunction(L, prepare);
  lua_pushlightuserdata(L, &m);
  lua_pushstring(L, script);
  int status = lua_pcall(L, 2, 0, 0);
  m.armed = false;
  enum outcome outcome = m.failed ? RAN_OUT : WENT_THROUGH;
  const char *message = status != 0 ? luaL_tolstring(L, -1, NULL) : NULL;
  if (status != 0 && !(m.failed && is_of_memory(message))) {
    fprintf(stderr, "%s\n", message != NULL ? message : "?");
    outcome = WENT_WRONG;
  }
  lua_close(L);
  if (m.in_use != 0) {
    fprintf(stderr, "%zu bytes were not given back\n", m.in_use);
    outcome = WENT_WRONG;
  }
  return outcome;
}

/* Keeps the modules in the process, so that the sanitizer can name the function that leaked. */
static lua_State *keeper;

static bool keep_modules(void) {
  keeper = luaL_newstate();
  if (keeper == NULL)
    return false;
  luaL_openlibs(keeper);
  return luaL_dostring(keeper, "require 'twilio.numbers.core'") == 0;
}

int main(int count, char **arguments) {
  every = count == 3 ? strtol(arguments[2], NULL, 10) : 0;
  if (every < 1 || !keep_modules())
    return WENT_WRONG;
  enum outcome outcome = run(arguments[1]);
  if (__lsan_do_recoverable_leak_check() != 0)
    outcome = WENT_WRONG;
  _exit((int)outcome); /* the output is the beginner's */
}
