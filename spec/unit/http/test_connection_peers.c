#include "connection_peers.h"

#include "check.h"
#include "suites.h"

void test_connection_peers(void) {
  static transfer waiting, opening = {.phase = PHASE_CONNECTING},
                           sent = {.phase = PHASE_SENT, .local_port = 5};
  transfer_list running = {0};
  test("without others an attempt opens its own connection");
  transfer_move(&waiting, &running);
  CHECK(connection_peers_opener(&running, &waiting) == &waiting);
  CHECK(!connection_peers_any_sent(&running));

  test("one that waits does so for the attempt that connects");
  transfer_move(&sent, &running);
  transfer_move(&opening, &running);
  CHECK(connection_peers_opener(&running, &waiting) == &opening);
  CHECK(connection_peers_opener(&running, &sent) == &sent);
  CHECK(connection_peers_any_sent(&running));

  test("a connection is known by its local port");
  transfer other = {.phase = PHASE_SENT, .local_port = 6};
  CHECK(!connection_peers_any_with(&running, &sent));
  transfer_move(&other, &running);
  CHECK(!connection_peers_any_with(&running, &sent));
  other.local_port = 5;
  CHECK(connection_peers_any_with(&running, &sent));
  test("whose request was sent there");
  other.phase = PHASE_CONNECTING;
  CHECK(!connection_peers_any_with(&running, &sent));
}
