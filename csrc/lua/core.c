/* twilio.numbers.core: HTTP by libcurl and JSON for Lua. It knows nothing of
 * porting. */
#include "core.h"

static void set_versions(lua_State *L) {
  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  lua_pushstring(L, curl->version);
  lua_setfield(L, -2, "curl_version");
  lua_pushstring(L, curl->ssl_version != NULL ? curl->ssl_version : "none");
  lua_setfield(L, -2, "tls_version");
  lua_pushboolean(L, (curl->features & CURL_VERSION_HTTP2) != 0);
  lua_setfield(L, -2, "http2");
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_twilio_numbers_core(lua_State *L) {
  lua_newtable(L);
  set_versions(L);
  open_json(L);
  open_credentials(L);
  open_transfer(L);
  open_engine(L);
  open_system(L);
  open_pacer(L);
  open_peer(L);
  open_hmac(L);
  open_interrupts(L);
  return 1;
}
