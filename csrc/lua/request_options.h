/* The options of one request from a Lua table. */
#ifndef TN_LUA_REQUEST_OPTIONS_H
#define TN_LUA_REQUEST_OPTIONS_H

#include <lua.h>

#include "engine.h"

enum { LINES_MOST = 64 };

/* What the options of a request are copied to. */
typedef struct request_parts {
  int64_t deadline_ms, send_by_ms;
  retry_policy policy;
  const char *lines[LINES_MOST]; /* borrowed from texts on the stack */
  multipart_content multipart;
  int source; /* the stack index of the multipart body's; 0 for none */
} request_parts;

/* Reads the table at that index into the request, whose timeout has a default. The parts have to live as long as the
 * request. Leaves texts on the stack that the request borrows. */
void read_request_options(lua_State *L, int index, const engine *e, transfer_request *request,
                          request_parts *parts);

#endif
