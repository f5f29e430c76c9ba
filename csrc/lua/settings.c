/* Reads an engine's options from a Lua table. */
#include <math.h>

#include "compat.h"
#include "core.h"
#include "options.h"

enum { TIMEOUT_MS = 30000, CONNECT_TIMEOUT_MS = 10000 };
static const double RESPONSE_LIMIT = 16.0 * 1024 * 1024;
static const double RESPONSE_LIMIT_MOST = 1024.0 * 1024 * 1024;

/* A port-in of 1,000 numbers, as many as it can have, is some 25,000 values. */
static const double VALUE_LIMIT = 100000;
static const double VALUE_LIMIT_MOST = 1e9;

/* The default is low: the account's limit is shared with its other programs. */
enum { CONCURRENCY = 16, CONCURRENCY_MOST = 1000 };

/* With the default concurrency, deadline, and answers that take 0.2 s, no more can be sent in time. */
static const double MAX_WAITING = 10000;
static const double MAX_WAITING_MOST = 1000000;

static const retry_policy DEFAULT_POLICY = {
    .attempts = 5, .base_ms = 500, .cap_ms = 30000, .deadline_ms = 120000};

/* A call may have to wait until all that may be in flight have started at that rate. */
static int64_t least_deadline(long timeout_ms, int concurrency, double rate) {
  double turn_ms = rate > 0 ? fmin(concurrency * 1000.0 / rate, 1e12) : 0;
  return timeout_ms + (int64_t)turn_ms;
}

static retry_policy read_policy(lua_State *L, int64_t least_deadline_ms) {
  static const char *const names[] = {"attempts", "base", "cap", "deadline", NULL};
  retry_policy policy = DEFAULT_POLICY;
  if (policy.deadline_ms < least_deadline_ms)
    policy.deadline_ms = least_deadline_ms;
  lua_getfield(L, 1, "retry");
  if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
    policy.attempts = 1;
    policy.deadline_ms = TIME_LIMIT_NONE;
  } else if (lua_istable(L, -1)) {
    int table = lua_gettop(L);
    options_only(L, table, names);
    policy.attempts = (int)option_count(L, table, "attempts", policy.attempts, 1000);
    policy.base_ms = option_milliseconds(L, table, "base", (long)policy.base_ms);
    policy.cap_ms = option_milliseconds(L, table, "cap", (long)policy.cap_ms);
    policy.deadline_ms = option_milliseconds(L, table, "deadline", (long)policy.deadline_ms);
  } else if (!lua_isnil(L, -1)) {
    luaL_error(L, "option 'retry': a table or false expected, got %s", luaL_typename(L, -1));
  }
  lua_pop(L, 1);
  return policy;
}

static void read_schedule(lua_State *L, engine *e) {
  int concurrency = (int)option_count(L, 1, "concurrency", CONCURRENCY, CONCURRENCY_MOST);
  e->max_waiting = (int)option_count(L, 1, "max_waiting", MAX_WAITING, MAX_WAITING_MOST);
  double rate = option_positive(L, 1, "rate", 0);
  retry_policy policy = read_policy(L, least_deadline(e->settings.timeout_ms, concurrency, rate));
  engine_schedule(e, &policy, concurrency, rate, option_flag(L, 1, "observe"));
}

/* Stores each value in the engine at once, so that an error leaks nothing. */
void read_settings(lua_State *L, engine *e) {
  static const char *const names[] = {"timeout",
                                      "connect_timeout",
                                      "max_response_size",
                                      "max_values",
                                      "http_version",
                                      "allow_http",
                                      "concurrency",
                                      "max_waiting",
                                      "rate",
                                      "retry",
                                      "observe",
                                      "user_agent",
                                      "proxy",
                                      "ca_file",
                                      "ca_path",
                                      "ip_version",
                                      NULL};
  static const char *const versions[] = {"auto", "1.1", NULL};
  static const char *const ip_versions[] = {"auto", "4", "6", NULL};
  static const long curl_versions[] = {CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_1_1};
  static const long curl_ip_versions[] = {CURL_IPRESOLVE_WHATEVER, CURL_IPRESOLVE_V4,
                                          CURL_IPRESOLVE_V6};
  settings *s = &e->settings;
  options_only(L, 1, names);
  s->timeout_ms = option_milliseconds(L, 1, "timeout", TIMEOUT_MS);
  read_schedule(L, e);
  s->connect_timeout_ms = option_milliseconds(L, 1, "connect_timeout", CONNECT_TIMEOUT_MS);
  s->response_limit =
      (size_t)option_count(L, 1, "max_response_size", RESPONSE_LIMIT, RESPONSE_LIMIT_MOST);
  s->value_limit = (size_t)option_count(L, 1, "max_values", VALUE_LIMIT, VALUE_LIMIT_MOST);
  s->http_version = curl_versions[option_choice(L, 1, "http_version", versions)];
  s->ip_version = curl_ip_versions[option_choice(L, 1, "ip_version", ip_versions)];
  s->allow_http = option_flag(L, 1, "allow_http");
  lua_pushfstring(L, "User-Agent: %s", option_string(L, 1, "user_agent", "twilio-numbers-lua"));
  if (!settings_add_header(s, "Accept-Encoding: gzip") ||
      !settings_add_header(s, lua_tostring(L, -1)))
    luaL_error(L, "not enough memory");
  lua_pop(L, 2); /* that line, and the option's value */
  s->proxy = option_copy(L, 1, "proxy");
  s->ca_file = option_copy(L, 1, "ca_file");
  s->ca_path = option_copy(L, 1, "ca_path");
}
