/* Exchanges of one engine with a server in the same thread, which answers with bytes that are given. What
 * must hold for every exchange, whatever the bytes are, is checked here. */
#ifndef WIRE_H
#define WIRE_H

#include "engine.h"
#include "server.h"

typedef enum wire_kind {
  WIRE_HTTP1,
  WIRE_HTTP2, /* without TLS, which libcurl can begin with */
  WIRE_TLS,   /* the bytes are what comes instead of a handshake */
  WIRE_PROXY  /* the bytes are what a proxy answers to CONNECT, and what follows */
} wire_kind;

typedef enum wire_end { WIRE_KEEP, WIRE_FIN, WIRE_RST } wire_end;

typedef struct wire_answer {
  const char *bytes;
  size_t length;
  size_t piece; /* the most that is sent at once; 0 for all */
  wire_end end; /* after the last byte; a connection that is kept ends when nothing goes on */
} wire_answer;

typedef struct wire {
  wire_kind kind;
  server server;
  engine engine;
  secret *credentials;
  char url[64];
  int requests; /* how many the server has read whole */
  int deletes;  /* of these, DELETEs */
} wire;

void wire_open(wire *w, wire_kind kind);

/* Sends a request and answers it; returns it when it has finished. The caller releases it. */
transfer *wire_exchange(wire *w, const char *method, const wire_answer *answer);

void wire_close(wire *w);

/* Splits the input: two bytes say how the answers are sent and end, then come the answers, with "~~~~"
 * between them. Returns how many there are, at most `most`. */
int wire_answers(const uint8_t *bytes, size_t count, wire_answer *answers, int most);

#endif
