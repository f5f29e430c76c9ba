/* A server on 127.0.0.1 within the test's own thread: it works when it is called, so a test
 * decides the order in which things happen. It answers with the bytes that it is given. */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum { PEERS = 64 };

typedef struct peer {
  int socket;         /* -1 once it is closed */
  char request[4096]; /* what came and was not answered, terminated */
  size_t length;
} peer;

typedef struct server {
  int listener;
  int port;
  peer peers[PEERS]; /* in the order in which they connected */
  int count;
} server;

void server_open(server *s);

/* An http:// URL with that path; valid until the next call. */
const char *server_url(const server *s, const char *path);

/* Accepts connections and reads what is there, without waiting. */
void server_turn(server *s);

/* The first connection with a whole request that was not answered, or NULL. */
peer *server_request(server *s);

/* Sends bytes, and takes the request for answered. */
void server_send(peer *p, const char *text);

/* Closes the connection. */
void server_hang_up(peer *p);

void server_close(server *s);

#endif
