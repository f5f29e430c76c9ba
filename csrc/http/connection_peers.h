/* What the other running attempts mean for one's connection: libcurl does not tell which attempt opens the
 * connection that another one waits for. The lists and the transfers are borrowed. */
#ifndef TN_CONNECTION_PEERS_H
#define TN_CONNECTION_PEERS_H

#include "transfer_list.h"

/* Whether one of them was sent, so that there is a connection. */
bool connection_peers_any_sent(const transfer_list *running);

/* The attempt whose connection t waits for, or t itself. */
const transfer *connection_peers_opener(const transfer_list *running, const transfer *t);

/* Whether another one than t was sent on t's connection. */
bool connection_peers_any_with(const transfer_list *running, const transfer *t);

#endif
