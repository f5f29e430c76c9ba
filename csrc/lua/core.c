/* twilio.numbers.core: HTTP by libcurl and JSON for Lua. It knows nothing of
 * porting. */
#include "core.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>

#include "ca_store.h"
#include "compat.h"

static void set_versions(lua_State *L) {
  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  lua_pushstring(L, curl->version);
  lua_setfield(L, -2, "curl_version");
  lua_pushstring(L, curl->ssl_version != NULL ? curl->ssl_version : "none");
  lua_setfield(L, -2, "tls_version");
  lua_pushboolean(L, (curl->features & CURL_VERSION_HTTP2) != 0);
  lua_setfield(L, -2, "http2");
  lua_pushboolean(L, (curl->features & CURL_VERSION_IPV6) != 0);
  lua_setfield(L, -2, "ipv6");
  lua_pushstring(L, OpenSSL_version(OPENSSL_VERSION));
  lua_setfield(L, -2, "openssl_version");
}

/* ca_store([file [, folder]]): the file and the folder of authorities that a client with these options reads, each
 * nil if there is none. Both are nil where libcurl keeps to a place of its own. */
static int l_ca_store(lua_State *L) {
  ca_store store;
  bool complete = ca_store_choose(&store, luaL_optstring(L, 1, NULL), luaL_optstring(L, 2, NULL));
  char file[4096] = "", path[4096] = "";
  if (store.file != NULL || store.fallback != NULL)
    (void)snprintf(file, sizeof file, "%s", store.file != NULL ? store.file : store.fallback);
  if (store.path != NULL)
    (void)snprintf(path, sizeof path, "%s", store.path);
  ca_store_free(&store);
  if (!complete)
    return luaL_error(L, "not enough memory");
  lua_pushstring(L, file[0] != '\0' ? file : NULL);
  lua_pushstring(L, path[0] != '\0' ? path : NULL);
  return 2;
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_twilio_numbers_core(lua_State *L) {
  lua_newtable(L);
  set_versions(L);
  lua_pushcfunction(L, l_ca_store);
  lua_setfield(L, -2, "ca_store");
  open_json(L);
  open_json_object(L);
  open_credentials(L);
  open_transfer(L);
  open_engine(L);
  open_system(L);
  open_pacer(L);
  open_peer(L);
  open_hmac(L);
  open_interrupts(L);
  open_upload(L);
  open_waker(L);
  open_receipt(L);
  open_key_set(L);
  open_sid(L);
  open_phone_number(L);
  open_record(L);
  return 1;
}
