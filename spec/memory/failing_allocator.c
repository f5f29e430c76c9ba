/* Runs a Lua script again and again, each time with Lua running out of memory one allocation
 * later, until it gets through. The script calls arm() where the counting starts. Whatever fails,
 * the state must close with every byte given back; the sanitizers watch the rest.
 *
 * usage: failing_allocator SCRIPT */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int arm(lua_State *L) {
  memory *m = lua_touserdata(L, lua_upvalueindex(1));
  m->armed = true;
  return 0;
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

/* One run. 0: went through without a failure, 1: ran out of memory as it should, 2: wrong. */
static int run(const char *script, long allowed) {
  memory m = {.allowed = allowed, .failing = 2};
  lua_State *L = lua_newstate(allocate, &m);
  if (L == NULL)
    return 2;
  lua_pushcfunction(L, prepare);
  lua_pushlightuserdata(L, &m);
  lua_pushstring(L, script);
  int status = lua_pcall(L, 2, 0, 0);
  m.armed = false;
  int result = m.failed ? 1 : 0;
  const char *message = status != 0 ? luaL_tolstring(L, -1, NULL) : NULL;
  bool memory_error = message != NULL && strstr(message, "not enough memory") != NULL;
  if (status != 0 && !(m.failed && memory_error)) {
    fprintf(stderr, "allocation %ld: %s\n", allowed, message != NULL ? message : "?");
    result = 2;
  }
  lua_close(L);
  if (m.in_use != 0) {
    fprintf(stderr, "allocation %ld: %zu bytes were not given back\n", allowed, m.in_use);
    result = 2;
  }
  return result;
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
  if (count != 2 || !keep_modules())
    return 2;
  for (long allowed = 0; allowed < 100000; allowed++) {
    int result = run(arguments[1], allowed);
    if (result == 2)
      return 1;
    if (result == 0) {
      printf("ran out of memory at each of %ld allocations, and recovered\n", allowed);
      return allowed > 50 ? 0 : 1; /* fewer means that nothing was tested */
    }
  }
  fprintf(stderr, "the script never gets through\n");
  return 1;
}
