# Sourced by the scripts that run nginx: which one it is, and what its configuration needs. `nginx -V` tells.
#
#   NGINX_PROGRAM     the program, such as OpenResty's. Default: nginx, else openresty
#   NGINX_LUA_PATH    where its Lua libraries are, such as lua-resty-core, if it does not know: "FOLDER/?.lua"
#   NGINX_LUA_CPATH   the same of libraries in C, such as lua-cjson: "FOLDER/?.so"
# nginx has another use for a variable NGINX.

PATH=$PATH:/usr/sbin:/sbin:/usr/local/openresty/nginx/sbin
if [ -z "${NGINX_PROGRAM:-}" ]; then
  NGINX_PROGRAM=nginx
  command -v nginx >/dev/null || ! command -v openresty >/dev/null || NGINX_PROGRAM=openresty
fi

# nginx_has_built_in PATTERN: whether a folder of that name was compiled in. A dynamic module is no part of it.
nginx_has_built_in() {
  "$NGINX_PROGRAM" -V 2>&1 | tr ' ' '\n' | grep -Eq -- "^'?--add-module=([^ ]*/)?($1)(-[^/ ]*)?/?'?$"
}

nginx_has_built_in_lua() {
  nginx_has_built_in 'ngx_lua|lua-nginx-module|ngx_http_lua_module|lib(nginx|ngx)-mod-http-lua|http-lua'
}

nginx_has_built_in_kit() {
  nginx_has_built_in 'ngx_devel_kit|lib(nginx|ngx)-mod-http-ndk|http-ndk|ndk'
}

# The file of a dynamic module; nothing if there is none.
nginx_module() {
  folder=$("$NGINX_PROGRAM" -V 2>&1 | tr ' ' '\n' | sed -n "s/^'*--modules-path=\([^']*\).*/\1/p")
  for folder in "$folder" /usr/lib/nginx/modules /usr/lib64/nginx/modules; do
    [ ! -f "$folder/$1" ] || { echo "$folder/$1" && return; }
  done
}

# The file that has the Lua module's code.
nginx_lua_code() {
  if nginx_has_built_in_lua; then command -v "$NGINX_PROGRAM"; else nginx_module ngx_http_lua_module.so; fi
}

# The directives that load the Lua module, on one line; nothing if it is compiled in. Fails if there is none.
nginx_load_modules() {
  ! nginx_has_built_in_lua || return 0
  [ -n "$(nginx_module ngx_http_lua_module.so)" ] || return 1
  nginx_has_built_in_kit || printf 'load_module "%s"; ' "$(nginx_module ndk_http_module.so)"
  printf 'load_module "%s";' "$(nginx_module ngx_http_lua_module.so)"
}

# Whether its version is at least MAJOR MINOR PATCH.
nginx_is_at_least() {
  "$NGINX_PROGRAM" -v 2>&1 | sed -n 's|.*/\([0-9]*\)\.\([0-9]*\)\.\([0-9]*\).*|\1 \2 \3|p' | {
    read -r major minor patch &&
      [ $((major * 1000000 + minor * 1000 + patch)) -ge $(($1 * 1000000 + $2 * 1000 + $3)) ]
  }
}

# A template's placeholders for sed: @LOAD_MODULES@, @LUA_PATH@, @LUA_CPATH@, and HTTP/2 as this version has it
# in `listen` or in a directive of its own.
nginx_placeholders() {
  listen=' http2' directive=''
  ! nginx_is_at_least 1 25 1 || { listen='' && directive='http2 on;'; }
  printf '%s\n' "s|@LOAD_MODULES@|$(nginx_load_modules)|g" "s|@LUA_PATH@|${NGINX_LUA_PATH:+$NGINX_LUA_PATH;}|g" \
    "s|@LUA_CPATH@|${NGINX_LUA_CPATH:+$NGINX_LUA_CPATH;}|g" \
    "s|@LISTEN_HTTP2@|$listen|g" "s|@HTTP2@|$directive|g"
}
