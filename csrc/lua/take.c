/* How a request ends: its transfer is taken, with its answer. */
#include "compat.h"
#include "engine_object.h"

int read_taken(lua_State *L) {
  return push_answer(L, lua_touserdata(L, 1));
}

/* Pushes the status and the object of an answer, and returns 2; nothing if it has none of these, or there is no memory
 * for them: an error may not get the transfer lost, which was taken. It is below the number on top of the stack. */
static int push_answer_of_taken(lua_State *L, int links) {
  int top = lua_gettop(L);
  lua_rawgeti(L, links, LINK_READER);
  lua_pushvalue(L, top - 1);
  if (lua_pcall(L, 1, LUA_MULTRET, 0) != 0)
    lua_settop(L, top);
  return lua_gettop(L) - top;
}

/* take() returns the next transfer that finished and was not taken, with its number, or nil. Where its answer is no
 * error and has a JSON object, the HTTP status and that object follow.
 * take(transfer) returns that one, or nil while it is under way. */
int l_take(lua_State *L) {
  engine *e = check_class(L, 1, ENGINE);
  if (!lua_isnoneornil(L, 2)) {
    lua_settop(L, 2);
    return engine_take_this(check_transfer(L, 2)) ? 1 : push_nil(L);
  }
  compat_getuservalue(L, 1);
  int links = lua_gettop(L);
  lua_rawgeti(L, links, LINK_TRANSFERS);
  for (const transfer *t; (t = engine_take(e)) != NULL; lua_pop(L, 1)) {
    /* It is missing if the script has no reference to it: it is about to be collected. */
    lua_rawgeti(L, -1, t->id);
    if (!lua_isnil(L, -1)) {
      lua_pushinteger(L, t->id);
      return 2 + push_answer_of_taken(L, links);
    }
  }
  return push_nil(L);
}
