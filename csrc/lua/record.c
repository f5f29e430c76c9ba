/* What twilio.numbers.api.record does for each field that is read and each item of an array, for Lua without a compiler:
 * there, a call of a C function costs half as much as one of a Lua function that does the same. */
#include "compat.h"
#include "core.h"

/* The upvalues of an __index. */
enum { METHODS = 1, RAW, NESTED, CLASS };

/* What a field is that the JSON lacks. */
static int push_otherwise(lua_State *L) {
  lua_pushliteral(L, "otherwise");
  if (compat_rawget(L, lua_upvalueindex(CLASS)) == LUA_TNIL)
    return 1;
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_call(L, 2, 1);
  return 1;
}

/* What a field is whose value, on top of the stack, is a table. */
static int push_nested(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(NESTED));
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -4);
  lua_call(L, 3, 1);
  return 1;
}

static int index_record(lua_State *L) {
  lua_pushvalue(L, 2);
  if (compat_rawget(L, lua_upvalueindex(METHODS)) != LUA_TNIL)
    return 1;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushvalue(L, lua_upvalueindex(RAW));
  if (compat_rawget(L, 1) != LUA_TTABLE)
    return push_nil(L);
  lua_pushvalue(L, 2);
  switch (compat_gettable(L, -2)) { /* an answer's members may be made when they are read */
  case LUA_TTABLE:
    return push_nested(L);
  case LUA_TNIL:
  case LUA_TLIGHTUSERDATA: /* null: there are no others */
    return push_otherwise(L);
  default:
    return 1;
  }
}

/* record_index(methods, raw, nested, class): the metamethod __index of a class of records. Their JSON object is under
 * the key `raw`. A table in it is given by nested(record, name, table), and what it lacks by class.otherwise, if there
 * is one, of (record, name). */
static int l_record_index(lua_State *L) {
  lua_settop(L, CLASS);
  luaL_checktype(L, METHODS, LUA_TTABLE);
  luaL_checktype(L, CLASS, LUA_TTABLE);
  lua_pushcclosure(L, index_record, CLASS);
  return 1;
}

/* An iterator over the records of an array. */
typedef struct iterator {
  int place;     /* of the last item */
  int own_count; /* what each record has beside its object */
} iterator;

/* Its upvalues. From OWN on, there are names and values in turn. */
enum { ITERATOR = 1, ITEMS, ITEM_CLASS, OBJECT_OF, ITEM_RAW, OWN };

/* Makes a record of the object on top of the stack. */
static void push_record(lua_State *L, const iterator *it) {
  int object = lua_gettop(L), record = object + 1;
  lua_createtable(L, 0, 1 + it->own_count);
  lua_pushvalue(L, lua_upvalueindex(ITEM_RAW));
  lua_pushvalue(L, object);
  lua_rawset(L, record);
  for (int i = 0; i < it->own_count; i++) {
    lua_pushvalue(L, lua_upvalueindex(OWN + 2 * i));
    lua_pushvalue(L, lua_upvalueindex(OWN + 2 * i + 1));
    lua_rawset(L, record);
  }
  lua_pushvalue(L, lua_upvalueindex(ITEM_CLASS));
  lua_setmetatable(L, record);
}

/* Pushes the object of the next item that has one, and returns true; at the end of the array nil and false. */
static bool push_object(lua_State *L, iterator *it) {
  for (;;) {
    lua_rawgeti(L, lua_upvalueindex(ITEMS), ++it->place);
    if (lua_istable(L, -1))
      return true;
    if (lua_isnil(L, -1))
      return false;
    lua_pushvalue(L, lua_upvalueindex(OBJECT_OF));
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    if (lua_istable(L, -1))
      return true;
    lua_pop(L, 1);
  }
}

static int next_record(lua_State *L) {
  iterator *it = lua_touserdata(L, lua_upvalueindex(ITERATOR));
  if (push_object(L, it))
    push_record(L, it);
  return 1;
}

/* records(items, class, object_of, raw [, name, value]...): an iterator over an array that makes a record of each item.
 * Such a record has the item under the key `raw`, and each value that is not nil under its name. An item that is no
 * table becomes one by object_of(item), or is passed over. Items that are no table are an empty array. */
static int l_records(lua_State *L) {
  luaL_checkany(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  if (!lua_istable(L, 1)) {
    lua_newtable(L);
    lua_replace(L, 1);
  }
  iterator *it = lua_newuserdata(L, sizeof *it);
  *it = (iterator){0};
  lua_insert(L, ITERATOR);
  for (int value = lua_gettop(L); value > OWN; value -= 2) {
    if (!lua_isnil(L, value)) {
      it->own_count++;
      continue;
    }
    lua_remove(L, value);
    lua_remove(L, value - 1);
  }
  lua_pushcclosure(L, next_record, lua_gettop(L));
  return 1;
}

void open_record(lua_State *L) {
  lua_pushcfunction(L, l_record_index);
  lua_setfield(L, -2, "record_index");
  lua_pushcfunction(L, l_records);
  lua_setfield(L, -2, "records");
}
