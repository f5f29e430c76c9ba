#include "server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

void server_open(server *s) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  memset(s, 0, sizeof *s);
  s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  need(s->listener >= 0 && bind(s->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
           listen(s->listener, PEERS) == 0 &&
           getsockname(s->listener, (struct sockaddr *)&address, &length) == 0,
       "a server");
  s->port = ntohs(address.sin_port);
}

const char *server_url(const server *s, const char *path) {
  static char url[128];
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", s->port, path);
  return url;
}

static void read_some(peer *p) {
  size_t room = sizeof p->request - 1 - p->length;
  ssize_t count = recv(p->socket, p->request + p->length, room, MSG_DONTWAIT);
  if (count == 0) {
    server_hang_up(p);
    return;
  }
  if (count > 0)
    p->length += (size_t)count;
  p->request[p->length] = '\0';
}

void server_turn(server *s) {
  int socket;
  while (s->count < PEERS && (socket = accept(s->listener, NULL, NULL)) >= 0)
    s->peers[s->count++] = (peer){.socket = socket};
  for (int i = 0; i < s->count; i++)
    if (s->peers[i].socket >= 0)
      read_some(&s->peers[i]);
}

peer *server_request(server *s) {
  for (int i = 0; i < s->count; i++)
    if (s->peers[i].socket >= 0 && strstr(s->peers[i].request, "\r\n\r\n") != NULL)
      return &s->peers[i];
  return NULL;
}

void server_send(peer *p, const char *text) {
  need(send(p->socket, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text), "an answer");
  p->length = 0;
  p->request[0] = '\0';
}

void server_hang_up(peer *p) {
  if (p->socket >= 0)
    (void)close(p->socket);
  p->socket = -1;
}

void server_close(server *s) {
  for (int i = 0; i < s->count; i++)
    server_hang_up(&s->peers[i]);
  (void)close(s->listener);
}
