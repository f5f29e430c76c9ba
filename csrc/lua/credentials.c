/* core.credentials{…}: the account's credentials, from options or the TWILIO_* environment. A value
 * from the environment never becomes a Lua string. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "core.h"
#include "options.h"
#include "secret_text.h"

#define CREDENTIALS "twilio.numbers.credentials"

enum { SID_LENGTH = 34 };

/* Where credentials_new has them on the stack: after their options, before the values of those. */
enum { CREDENTIALS_INDEX = 2 };

typedef struct credentials {
  secret *secret; /* held; NULL once closed */
  char account_sid[SID_LENGTH + 1];
  char user[SID_LENGTH + 1]; /* the account SID, or the API key's */
} credentials;

/* A value and its origin. The text is borrowed from the Lua string, which stays on the stack, or from the
 * environment. */
typedef struct source {
  const char *option;
  const char *variable;
  const char *text; /* NULL if neither has it */
  bool from_option;
} source;

static source look_up(lua_State *L, const char *option, const char *variable) {
  source s = {.option = option, .variable = variable};
  lua_getfield(L, 1, option);
  if (!lua_isnil(L, -1)) {
    if (lua_type(L, -1) != LUA_TSTRING)
      luaL_error(L, "option '%s': a string expected, got %s", option, luaL_typename(L, -1));
    s.text = lua_tostring(L, -1);
    if (strlen(s.text) != compat_rawlen(L, -1))
      luaL_error(L, "option '%s': a zero byte is in it", option);
    s.from_option = true;
  } else {
    s.text = getenv(variable);
    if (s.text != NULL && *s.text == '\0')
      s.text = NULL;
  }
  return s;
}

/* Copies a valid SID. False if the text is not one. */
static bool take_sid(char *sid, const char *text, const char *prefix) {
  if (text == NULL || strlen(text) != SID_LENGTH || strncmp(text, prefix, 2) != 0)
    return false;
  for (int i = 0; i < SID_LENGTH; i++) {
    if (i >= 2 && !isxdigit((unsigned char)text[i]))
      return false;
    sid[i] = text[i];
  }
  return true;
}

/* The message does not contain the value, which may be a secret given as the wrong option. */
static int refuse(lua_State *L, const source *s, const char *wanted) {
  const char *problem = s->text != NULL ? secret_text_problem(s->text) : NULL;
  if (s->from_option && problem != NULL)
    return luaL_error(L, "option '%s': %s, %s expected", s->option, problem, wanted);
  if (s->from_option)
    return luaL_error(L, "option '%s': %s expected, got something else of %d characters", s->option,
                      wanted, (int)strlen(s->text));
  lua_pushnil(L);
  if (s->text == NULL)
    lua_pushfstring(L, "no credentials: %s is missing, set %s or give the option %s", wanted,
                    s->variable, s->option);
  else if (problem != NULL)
    lua_pushfstring(L, "%s in the environment: %s, %s expected", s->variable, problem, wanted);
  else
    lua_pushfstring(L, "%s in the environment: %s expected", s->variable, wanted);
  return 2;
}

static int credentials_new(lua_State *L) {
  static const char *const names[] = {"account_sid", "auth_token", "api_key", "api_secret", NULL};
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  options_only(L, 1, names);
  credentials *c = lua_newuserdata(L, sizeof *c);
  memset(c, 0, sizeof *c);
  luaL_getmetatable(L, CREDENTIALS);
  lua_setmetatable(L, -2);

  source account = look_up(L, "account_sid", "TWILIO_ACCOUNT_SID");
  source token = look_up(L, "auth_token", "TWILIO_AUTH_TOKEN");
  source key = look_up(L, "api_key", "TWILIO_API_KEY");
  source key_secret = look_up(L, "api_secret", "TWILIO_API_SECRET");
  if (!take_sid(c->account_sid, account.text, "AC"))
    return refuse(L, &account, "an account SID, AC and 32 hexadecimal digits,");

  /* Options take precedence over the environment. Of two in the same place the API key takes
   * precedence, since it can be limited and revoked. */
  bool use_key = key.from_option || key_secret.from_option ||
                 (!token.from_option && key.text != NULL && key_secret.text != NULL);
  if (!take_sid(c->user, use_key ? key.text : account.text, use_key ? "SK" : "AC"))
    return refuse(L, &key, "an API key SID, SK and 32 hexadecimal digits,");
  const source *password = use_key ? &key_secret : &token;
  if (password->text == NULL || secret_text_problem(password->text) != NULL)
    return refuse(L, password, use_key ? "the API key's secret" : "the account's auth token");

  c->secret = secret_new(c->user, password->text);
  if (c->secret == NULL)
    return luaL_error(L, "not enough memory");
  lua_settop(L, CREDENTIALS_INDEX);
  return 1;
}

static credentials *check(lua_State *L) {
  return luaL_checkudata(L, 1, CREDENTIALS);
}

secret *check_secret(lua_State *L, int index) {
  if (lua_isnoneornil(L, index))
    return NULL;
  credentials *c = luaL_checkudata(L, index, CREDENTIALS);
  if (c->secret == NULL)
    luaL_argerror(L, index, "credentials are closed");
  return c->secret;
}

secret *secret_at(lua_State *L, int index) {
  const credentials *c = lua_touserdata(L, index);
  return c != NULL ? c->secret : NULL;
}

static int credentials_account_sid(lua_State *L) {
  lua_pushstring(L, check(L)->account_sid);
  return 1;
}

static int credentials_user(lua_State *L) {
  lua_pushstring(L, check(L)->user);
  return 1;
}

/* Transfers under way hold the secret until they end. Then it is overwritten. */
static int credentials_close(lua_State *L) {
  credentials *c = check(L);
  secret_release(c->secret);
  c->secret = NULL;
  return 0;
}

static int credentials_tostring(lua_State *L) {
  const credentials *c = check(L);
  lua_pushfstring(L, CREDENTIALS " (%s%s)", c->user, c->secret == NULL ? ", closed" : "");
  return 1;
}

void open_credentials(lua_State *L) {
  static const luaL_Reg methods[] = {{"account_sid", credentials_account_sid},
                                     {"user", credentials_user},
                                     {"close", credentials_close},
                                     {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", credentials_close},
                                  {"__close", credentials_close},
                                  {"__tostring", credentials_tostring},
                                  {NULL, NULL}};
  define_class(L, CREDENTIALS, meta, methods);
  lua_pushcfunction(L, credentials_new);
  lua_setfield(L, -2, "credentials");
}
