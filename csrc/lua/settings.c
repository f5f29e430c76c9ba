/* Reads an engine's options from a Lua table. */
#include "compat.h"
#include "core.h"
#include "options.h"
#include "retry_policy.h"

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

static void read_schedule(lua_State *L, engine *e) {
  int concurrency = (int)option_count(L, 1, "concurrency", CONCURRENCY, CONCURRENCY_MOST);
  e->max_waiting = (int)option_count(L, 1, "max_waiting", MAX_WAITING, MAX_WAITING_MOST);
  double rate = option_positive(L, 1, "rate", 0);
  retry_policy policy =
      read_retry_policy(L, 1, least_deadline(e->settings.timeout_ms, concurrency, rate));
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
