/* A server that answers to the byte: plain HTTP/1.1 on one port, the same over TLS, which it agrees
 * upon by ALPN, on another. The first segment of a request's path says what it does:
 *
 *   /answer-NAME        the whole answer, and the connection stays open
 *   /cut-NAME-N-END     the answer's first N bytes, then END: "fin", "rst" or "close" (TLS says goodbye)
 *   /cut-NAME-N-END-R   the same, over TLS in records of R bytes
 *   /extra-NAME-MS-END  the whole answer, and after so many milliseconds a 204 that was not asked for
 *                       ("wait"), its first half ("half"), or in the same record as the answer's last
 *                       bytes ("glued")
 *   /line-N             an answer with a header line of N KB
 *   /interims           interim answers without end
 *   /swap-NAME-MS       that answer, and so many milliseconds later the 404 that is the true one
 *
 * Prints "HTTP_PORT TLS_PORT PID". Ends by itself; a process for each connection.
 * usage: raw_server CERTIFICATE KEY LOG */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct connection {
  int socket;
  SSL *ssl; /* NULL for plain HTTP */
} connection;

static const struct answer {
  const char *name, *text;
} answers[] = {
    {"accepted", "HTTP/1.1 204 No Content\r\nTwilio-Request-Id: RQ1\r\nDate: today\r\n\r\n"},
    {"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nDate: today\r\n\r\n"},
    {"refused",
     "HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n"
     "{\"code\":20409,\"message\":\"too late\"} "},
    {"unknown",
     "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n"
     "{\"code\":20404,\"message\":\"not found\"} "},
    {"fetched",
     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 83\r\n\r\n"
     "{\"port_in_request_sid\":\"KW00000000000000000000000000000001\",\"url\":\"12345678901234\"}"},
    {"forged", "HTTP/1.1 204 No Content\r\nContent-Length: 27\r\n\r\n"},
    {"claims2", "HTTP/2 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"},
    {"named", "HTTP/1.1 204 No Content\r\nTwilio-Request-Id: RQ2\r\nHTTP/1.1: 1\r\n\r\n"},
    {"hostile",
     "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 201\r\n"
     "Twilio-Request-Id: RQ\x1b[31m\xc2\x9b\xff Basic QUMwMTIzOjQ1Njc4OUFCQ0RF\r\n"
     "Location: \x1b]0;title\x07\r\n\r\n"
     "{\"code\":\"nan\\u001b[2J\\nforged line Authorization: Basic QUMwMTIzOjQ1Njc4OUFCQ0RF\","
     "\"message\":\"no\\r\\nforged line \\u009b31m \\u202e\","
     "\"more_info\":\"https://x/\\u0007Basic%20QUMwMTIzOjQ1Njc4OUFCQ0RF\"}         "},
    {"hostile204", "HTTP/1.1 204 No Content\r\nTwilio-Request-Id: RQ\x1b[31m\xc2\x9b\xff Basic "
                   "QUMwMTIzOjQ1Njc4OUFCQ0RF\r\n\r\n"},
    {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n"},
};

static const char extra[] = "HTTP/1.1 204 No Content\r\nTwilio-Request-Id: RQ0\r\n\r\n";

static const char *answer_of(const char *name) {
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    if (strcmp(answers[i].name, name) == 0)
      return answers[i].text;
  fprintf(stderr, "no answer %s\n", name);
  exit(1);
}

static const char *log_file;

/* Appends a line by one write. */
static void note(const char *word, const char *text) {
  FILE *file = fopen(log_file, "a");
  if (file == NULL || fprintf(file, "%s %s\n", word, text) < 0 || fclose(file) != 0)
    exit(1);
}

static int read_some(connection *c, char *bytes, int room) {
  return c->ssl != NULL ? SSL_read(c->ssl, bytes, room)
                        : (int)recv(c->socket, bytes, (size_t)room, 0);
}

/* Each call is one TLS record. */
static void write_all(connection *c, const char *bytes, size_t count) {
  if (count == 0)
    return;
  bool sent = c->ssl != NULL ? SSL_write(c->ssl, bytes, (int)count) > 0
                             : send(c->socket, bytes, count, MSG_NOSIGNAL) == (ssize_t)count;
  if (!sent)
    exit(0);
}

static void finish(connection *c, const char *how) {
  struct linger at_once = {.l_onoff = 1};
  if (strcmp(how, "rst") == 0)
    (void)setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (strcmp(how, "close") == 0 && c->ssl != NULL)
    (void)SSL_shutdown(c->ssl);
  (void)close(c->socket);
  exit(0);
}

static void cut(connection *c, const char *text, size_t count, const char *how, size_t record) {
  if (count > strlen(text))
    count = strlen(text);
  for (size_t done = 0; done < count; done += record)
    write_all(c, text + done, count - done < record ? count - done : record);
  finish(c, how);
}

static void add_extra(connection *c, const char *text, unsigned wait_ms, const char *how) {
  size_t length = strlen(text);
  if (strcmp(how, "glued") == 0) { /* the head alone, then the body with what follows it */
    const char *body = strstr(text, "\r\n\r\n") + 4;
    char record[1024];
    write_all(c, text, (size_t)(body - text));
    (void)usleep(wait_ms * 1000);
    write_all(c, record, (size_t)snprintf(record, sizeof record, "%s%s", body, extra));
  } else {
    write_all(c, text, length);
    (void)usleep(wait_ms * 1000);
    write_all(c, extra, strcmp(how, "half") == 0 ? sizeof extra / 2 : sizeof extra - 1);
  }
  note("EXTRA", how);
}

static void write_long_line(connection *c, size_t count) {
  char piece[1024];
  memset(piece, 'x', sizeof piece);
  static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTwilio-Request-Id: ";
  write_all(c, head, sizeof head - 1);
  for (; count > 0; count--)
    write_all(c, piece, sizeof piece);
  write_all(c, "\r\n\r\n{}", 6);
}

static void write_interims(connection *c) {
  static const char interim[] = "HTTP/1.1 103 Early Hints\r\nLink: <https://127.0.0.1/>\r\n\r\n";
  while (true) /* until the client closes the connection */
    write_all(c, interim, sizeof interim - 1);
}

static void act(connection *c, char *command) {
  char *part[5] = {0};
  int count = 0;
  for (char *word = strtok(command, "-"); word != NULL && count < 5; word = strtok(NULL, "-"))
    part[count++] = word;
  if (strcmp(part[0], "line") == 0) {
    write_long_line(c, strtoul(part[1], NULL, 10));
    return;
  }
  if (strcmp(part[0], "interims") == 0)
    write_interims(c);
  const char *text = answer_of(count > 1 ? part[1] : "");
  if (strcmp(part[0], "cut") == 0)
    cut(c, text, strtoul(part[2], NULL, 10), part[3], part[4] ? strtoul(part[4], NULL, 10) : 16384);
  else if (strcmp(part[0], "extra") == 0)
    add_extra(c, text, (unsigned)strtoul(part[2], NULL, 10), part[3]);
  else
    write_all(c, text, strlen(text));
  if (strcmp(part[0], "swap") == 0) {
    (void)usleep((unsigned)strtoul(part[2], NULL, 10) * 1000);
    write_all(c, answer_of("unknown"), strlen(answer_of("unknown")));
  }
}

static void serve(connection *c) {
  char request[8192], method[16], path[1024], command[1024];
  int length = 0, count;
  while ((count = read_some(c, request + length, (int)sizeof request - 1 - length)) > 0) {
    length += count;
    request[length] = '\0';
    char *end = strstr(request, "\r\n\r\n");
    if (end == NULL)
      continue;
    if (sscanf(request, "%15s /%1023s", method, path) != 2)
      exit(1);
    note(method, path);
    (void)snprintf(command, sizeof command, "%.*s", (int)strcspn(path, "/?"), path);
    length -= (int)(end + 4 - request);
    memmove(request, end + 4, (size_t)length);
    act(c, command);
  }
  exit(0);
}

static int listen_on(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(server, 64) != 0 || getsockname(server, (struct sockaddr *)&address, &size) != 0)
    exit(1);
  *port = ntohs(address.sin_port);
  return server;
}

static int choose_http1(SSL *ssl, const unsigned char **out, unsigned char *length,
                        const unsigned char *offered, unsigned offered_length, void *user) {
  static const unsigned char wanted[] = "\x08http/1.1";
  (void)ssl, (void)user;
  return SSL_select_next_proto((unsigned char **)(uintptr_t)out, length, wanted, sizeof wanted - 1,
                               offered, offered_length) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

static void accept_from(int server, SSL_CTX *tls) {
  int on = 1;
  connection c = {.socket = accept(server, NULL, NULL)};
  if (c.socket < 0 || fork() != 0) {
    (void)close(c.socket);
    return;
  }
  (void)alarm(60);
  (void)setsockopt(c.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls != NULL) {
    c.ssl = SSL_new(tls);
    SSL_set_fd(c.ssl, c.socket);
    if (SSL_accept(c.ssl) != 1)
      exit(0);
  }
  serve(&c);
}

int main(int count, char **arguments) {
  int http_port, tls_port;
  if (count != 4)
    return 1;
  SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls, arguments[1]) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls, arguments[2], SSL_FILETYPE_PEM) != 1)
    return 1;
  SSL_CTX_set_alpn_select_cb(tls, choose_http1, NULL);
  log_file = arguments[3];
  signal(SIGCHLD, SIG_IGN);
  int http = listen_on(&http_port), https = listen_on(&tls_port);
  printf("%d %d %d\n", http_port, tls_port, (int)getpid());
  fflush(stdout);
  if (freopen("/dev/null", "w", stdout) == NULL)
    return 1;
  (void)alarm(6 * 3600); /* all positions on a loaded machine */
  while (true) {
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(http, &ready);
    FD_SET(https, &ready);
    if (select((http > https ? http : https) + 1, &ready, NULL, NULL, NULL) < 0)
      return 1;
    if (FD_ISSET(http, &ready))
      accept_from(http, NULL);
    if (FD_ISSET(https, &ready))
      accept_from(https, tls);
  }
}
