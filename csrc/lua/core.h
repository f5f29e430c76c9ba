/* The parts of the Lua module. Each open_… function adds to the module's table, which is on top of
 * the stack and stays there. */
#ifndef TN_CORE_H
#define TN_CORE_H

#include <lauxlib.h>
#include <lua.h>

#include "engine.h"
#include "receipt.h"
#include "secret.h"

int luaopen_twilio_numbers_core(lua_State *L);

void open_json(lua_State *L);
void open_json_object(lua_State *L);
void open_credentials(lua_State *L);
void open_transfer(lua_State *L);
void open_engine(lua_State *L);
void open_system(lua_State *L);
void open_pacer(lua_State *L);
void open_peer(lua_State *L);
void open_hmac(lua_State *L);
void open_interrupts(lua_State *L);
void open_upload(lua_State *L);
void open_waker(lua_State *L);
void open_receipt(lua_State *L);
void open_key_set(lua_State *L);
void open_sid(lua_State *L);
void open_phone_number(lua_State *L);
void open_record(lua_State *L);

/* Reads the table at index 1 into an engine that was just opened. */
void read_settings(lua_State *L, engine *e);

/* Whether it is one of ASCII's control characters. (iscntrl follows the process's locale.) */
static inline bool is_control(char c) {
  return (unsigned char)c < ' ' || c == 0x7f;
}

/* Registers the metatable of a kind of userdata. */
void define_class(lua_State *L, const char *name, const luaL_Reg *meta, const luaL_Reg *methods);

/* As luaL_checkudata. It is faster for the object of a method of that class, which has the metatable as its upvalue:
 * at index 1 no other class may be asked for in a method. */
void *check_class(lua_State *L, int index, const char *name);

/* Pushes the value of a JSON text that has at most so many values. If there is none: nil, the reason, and
 * "too_large" if it has more. Returns how many it pushed. The text is borrowed, and may not change
 * meanwhile: making values may run finalizers. */
int json_decode(lua_State *L, const char *text, size_t length, size_t most_values);

/* The same, but only {…} is accepted. */
int json_decode_object(lua_State *L, const char *text, size_t length, size_t most_values);

/* The same for an answer: the members of a small one may be made when they are first read. Such a table can be indexed
 * as any other, but not be gone through before complete_object. */
int json_decode_answer(lua_State *L, const char *text, size_t length, size_t most_values);

/* The secret of a credentials object, or NULL if the value is nil. Borrowed: any call that runs Lua
 * code or collects garbage may close the credentials, so use secret_at after such a call. */
secret *check_secret(lua_State *L, int index);

/* The same without raising: NULL if the credentials are closed. */
secret *secret_at(lua_State *L, int index);

/* The pacer of the object at that index, borrowed; raises if it is none. */
pacer *check_pacer(lua_State *L, int index);

/* Reads the option `multipart` of the table at that index. What it has stays on the stack. Returns the index of
 * its source, or 0 if the option is missing. The source is borrowed as a secret is, see above: use source_at
 * after what may run Lua code. */
int read_multipart(lua_State *L, int index, multipart_content *content);

/* The source at that index; NULL if it was closed. */
body_source *source_at(lua_State *L, int index);

/* uploaded(): how many bytes of the source were sent in the last attempt, and how many it has; 0 without a source. */
int transfer_uploaded(lua_State *L);

/* The userdata of a transfer. A close during a read takes effect after the read. */
typedef struct transfer_box {
  transfer *transfer; /* owned; NULL when closed */
  bool closes;        /* a close is pending */
  receipt *receipt;   /* owned: what came, once it is closed; NULL if nothing is known */
} transfer_box;

/* An engine's links are a table with the engine, its transfers by number, a function that reads an answer, and a box
 * without a transfer for the next request. The transfers refer to the table, which keeps the engine alive. The table
 * refers to the transfers weakly. */
enum { LINK_ENGINE = 1, LINK_TRANSFERS = 2, LINK_READER = 3, LINK_SPARE = 4 };

/* Pushes an empty box. It keeps the engine alive whose links are the table at that index. Raises
 * when out of memory. The caller puts a transfer into the box, which then owns it. */
transfer_box *push_transfer(lua_State *L, int links);

/* Pushes the HTTP status, from 200 to 299, and the JSON object of a transfer that has ended with such an answer, and
 * returns 2; else pushes nothing, and returns 0. The box is open, and on the stack. */
int push_answer(lua_State *L, transfer_box *box);

/* settle() gives back a transfer that has finished and was taken, and returns what came with the answer. It is not used
 * any more: the next request has the same object. */
int transfer_settle(lua_State *L);

/* Pushes the same as a table. Returns 1. */
int push_receipt_table(lua_State *L, const receipt *r);

/* Sets how an attempt went in the table on top of the stack. */
void set_metrics(lua_State *L, const metrics *m);

/* Cancels the transfer if it is not finished, and releases it. Harmless when closed. */
void close_transfer(lua_State *L, int index);

/* The transfer in the box at that index; raises if it is closed. */
transfer *check_transfer(lua_State *L, int index);

#endif
