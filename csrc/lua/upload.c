/* core.file_source and core.text_source: what can be uploaded; and the option `multipart` of a request. */
#include <string.h>

#include "compat.h"
#include "core.h"

#define SOURCE "twilio.numbers.source"

enum { FIELDS_MOST = 16, HEAD_MOST = 65536 };

typedef struct source_box {
  body_source *source; /* held; NULL once closed */
} source_box;

static source_box *push_box(lua_State *L) {
  source_box *box = lua_newuserdata(L, sizeof *box);
  box->source = NULL;
  luaL_getmetatable(L, SOURCE);
  lua_setmetatable(L, -2);
  return box;
}

/* file_source(path): a regular file, which is open until it is closed here and no transfer sends it any
 * more; or nil and why it cannot be read. */
static int l_file_source(lua_State *L) {
  size_t length;
  const char *path = luaL_checklstring(L, 1, &length);
  const char *why = "there is no such file";
  luaL_argcheck(L, strlen(path) == length, 1, "a path without zero bytes expected");
  source_box *box = push_box(L);
  box->source = source_of_file(path, &why);
  if (box->source != NULL)
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, why);
  return 2;
}

/* text_source(text): a copy of it. */
static int l_text_source(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  source_box *box = push_box(L);
  box->source = source_of_text(text, length);
  return box->source != NULL ? 1 : luaL_error(L, "not enough memory");
}

static body_source *check_source(lua_State *L, int index) {
  const source_box *box = luaL_checkudata(L, index, SOURCE);
  if (box->source == NULL)
    luaL_argerror(L, index, "the source is closed");
  return box->source;
}

static int l_size(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)check_source(L, 1)->size);
  return 1;
}

/* head(most): its first bytes; or nil and why they cannot be read. */
static int l_head(lua_State *L) {
  lua_Integer most = luaL_checkinteger(L, 2);
  luaL_argcheck(L, most >= 1 && most <= HEAD_MOST, 2, "a number from 1 to 65536 expected");
  char *bytes = lua_newuserdata(L, (size_t)most);
  const char *why = NULL;
  ssize_t count = source_read(check_source(L, 1), 0, bytes, (size_t)most, &why);
  if (count >= 0) {
    lua_pushlstring(L, bytes, (size_t)count);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, why);
  return 2;
}

/* Transfers that send it hold it until they end. */
static int l_close(lua_State *L) {
  source_box *box = luaL_checkudata(L, 1, SOURCE);
  source_release(box->source);
  box->source = NULL;
  return 0;
}

/* A text without zero bytes, which stays on the stack. */
static const char *take_text(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name);
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  if (text == NULL || strlen(text) != compat_rawlen(L, -1))
    luaL_error(L, "option 'multipart': %s has to be a text without zero bytes", name);
  return text;
}

/* {name=, text=} on top of the stack is replaced by its two texts. */
static multipart_field take_field(lua_State *L) {
  multipart_field field;
  if (!lua_istable(L, -1))
    luaL_error(L, "option 'multipart': each field has to be a table");
  int table = lua_gettop(L);
  field.name = take_text(L, table, "name");
  lua_getfield(L, table, "text");
  if (lua_type(L, -1) != LUA_TSTRING)
    luaL_error(L, "option 'multipart': the text of a field has to be a string");
  field.text = lua_tolstring(L, -1, &field.length);
  return field;
}

/* The fields stay on the stack, in an array that is there as well. */
static const multipart_field *take_fields(lua_State *L, int table, size_t *count) {
  lua_getfield(L, table, "fields");
  if (!lua_istable(L, -1) || compat_rawlen(L, -1) > FIELDS_MOST)
    luaL_error(L, "option 'multipart': fields has to be a list of at most %d", FIELDS_MOST);
  int list = lua_gettop(L);
  *count = compat_rawlen(L, list);
  luaL_checkstack(L, (int)*count * 3 + 4, NULL);
  multipart_field *fields = lua_newuserdata(L, sizeof *fields * FIELDS_MOST);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, list, (int)i + 1);
    fields[i] = take_field(L);
  }
  return fields;
}

int read_multipart(lua_State *L, int index, multipart_content *content) {
  lua_getfield(L, index, "multipart");
  if (lua_isnil(L, -1))
    return 0;
  int table = lua_gettop(L);
  if (!lua_istable(L, table))
    luaL_error(L, "option 'multipart': a table expected, got %s", luaL_typename(L, -1));
  content->fields = take_fields(L, table, &content->count);
  luaL_checkstack(L, 8, NULL);
  content->name = take_text(L, table, "name");
  content->file_name = take_text(L, table, "file_name");
  content->type = take_text(L, table, "type");
  if (strpbrk(content->type, "\r\n") != NULL)
    luaL_error(L, "option 'multipart': type has a line break");
  lua_getfield(L, table, "source");
  content->source = check_source(L, lua_gettop(L));
  return lua_gettop(L);
}

body_source *source_at(lua_State *L, int index) {
  const source_box *box = lua_touserdata(L, index);
  return box != NULL ? box->source : NULL;
}

int transfer_uploaded(lua_State *L) {
  const multipart *m = &check_transfer(L, 1)->multipart;
  lua_pushinteger(L, (lua_Integer)m->offset);
  lua_pushinteger(L, (lua_Integer)m->size);
  return 2;
}

void open_upload(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"size", l_size}, {"head", l_head}, {"close", l_close}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", l_close}, {"__close", l_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"file_source", l_file_source}, {"text_source", l_text_source}, {NULL, NULL}};
  define_class(L, SOURCE, meta, methods);
  compat_setfuncs(L, functions, 0);
}
