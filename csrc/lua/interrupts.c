/* Records SIGINT and SIGTERM, so that a program can finish its work and then exit. Ignores SIGPIPE,
 * so that a closed pipe is a failed write. */
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "compat.h"
#include "core.h"

#define INTERRUPTS "twilio.numbers.interrupts"

enum { COUNT = 2 };
static const int signals[COUNT] = {SIGINT, SIGTERM};
static const char *const names[COUNT] = {"SIGINT", "SIGTERM"};

/* Signal dispositions belong to the process, and so do these. listener is borrowed. */
static volatile sig_atomic_t caught;
static _Atomic(void *) listener; /* Lua states in other threads may want to be it */

typedef struct interrupts {
  struct sigaction before[COUNT], pipe_before; /* put back at the end */
} interrupts;

static void note(int number) {
  caught = number;
}

static interrupts *check(lua_State *L) {
  return luaL_checkudata(L, 1, INTERRUPTS);
}

/* interrupts(): from now on the two signals are recorded and not fatal, until it is closed. Returns
 * nil if another one is open. */
static int l_new(lua_State *L) {
  void *none = NULL;
  interrupts *self = lua_newuserdata(L, sizeof *self);
  luaL_getmetatable(L, INTERRUPTS);
  lua_setmetatable(L, -2);
  if (!atomic_compare_exchange_strong(&listener, &none, self))
    return push_nil(L);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note; /* without SA_RESTART: a waiting system call returns */
  (void)sigemptyset(&action.sa_mask);
  caught = 0;
  for (int i = 0; i < COUNT; i++)
    (void)sigaction(signals[i], &action, &self->before[i]);
  action.sa_handler = SIG_IGN;
  (void)sigaction(SIGPIPE, &action, &self->pipe_before);
  return 1;
}

/* caught(): the name of the last signal received, or nil. */
static int l_caught(lua_State *L) {
  const interrupts *self = check(L);
  for (int i = 0; i < COUNT; i++) {
    if (listener == self && caught == signals[i]) {
      lua_pushstring(L, names[i]);
      return 1;
    }
  }
  return push_nil(L);
}

static int l_close(lua_State *L) {
  const interrupts *self = check(L);
  if (listener != self)
    return 0;
  for (int i = 0; i < COUNT; i++)
    (void)sigaction(signals[i], &self->before[i], NULL);
  (void)sigaction(SIGPIPE, &self->pipe_before, NULL);
  listener = NULL;
  return 0;
}

void open_interrupts(lua_State *L) {
  static const luaL_Reg methods[] = {{"caught", l_caught}, {"close", l_close}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", l_close}, {"__close", l_close}, {NULL, NULL}};
  define_class(L, INTERRUPTS, meta, methods);
  lua_pushcfunction(L, l_new);
  lua_setfield(L, -2, "interrupts");
}
